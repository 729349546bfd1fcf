"""``python -m practice.demo.stripe_stand_in``: runs until it is told to stop."""

import signal
import sys
import threading
from types import FrameType

from practice.demo.stripe_stand_in.config import read_config
from practice.demo.stripe_stand_in.server import HOST, StandInServer


def main() -> None:
    """Starts the server and prints its address, which ends with the port that was free if 0 was asked for."""
    server = StandInServer(read_config(sys.argv[1:]))

    def stop(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"Stripe stand-in (test cards only) on http://{HOST}:{server.config.port}", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.close()


if __name__ == "__main__":
    main()
