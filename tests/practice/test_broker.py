"""The file broker under a reader that never rests."""

import threading
from queue import Empty

from kombu.connection import Connection


def connect(folder) -> Connection:
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
    }
    return Connection(
        "filesystem://localhost",
        transport="practice.broker:Transport",
        transport_options=options,
    )


def test_no_message_is_read_before_it_is_whole(tmp_path):
    (tmp_path / "control").mkdir()
    number = 300
    read: list[int] = []

    def write() -> None:
        channel = connect(tmp_path).channel()
        for count in range(number):
            channel._put("work", {"count": count, "filling": "x" * 20_000})

    writer = threading.Thread(target=write)
    channel = connect(tmp_path).channel()
    writer.start()
    while len(read) < number:
        try:
            read.append(channel._get("work")["count"])
        except Empty:
            assert writer.is_alive() or list(tmp_path.glob("*.msg"))
    writer.join()

    assert sorted(read) == list(range(number))
