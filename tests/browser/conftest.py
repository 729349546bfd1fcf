"""The demo as real processes, Chromium, and people of the test's own."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.backstage import Backstage, Bond
from tests.browser.site import Site, own_database
from tests.browser.watch import Watch

MILLISECONDS = 20_000
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
CHROMIUM += ["--disable-component-update", "--disable-quic"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("The browser tests need Chromium: `make chromium` installs it.")
    return {**browser_type_launch_args, "executable_path": path, "args": CHROMIUM}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with own_database() as database_url:
        running = Site(tmp_path_factory.mktemp("demo"), database_url)
        try:
            running.start()
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def base_url(site: Site) -> str:
    """What addresses without a host belong to."""
    return site.address


@pytest.fixture(scope="session")
def backstage(site: Site) -> Iterator[Backstage]:
    asked = Backstage(site)
    yield asked
    asked.stop()


@dataclass(frozen=True)
class Therapist:
    """Somebody of the team, at their desk."""

    id: int
    name: str
    email: str
    page: Page


@pytest.fixture
def open_browser(
    new_context: Callable[..., BrowserContext], site: Site
) -> Iterator[Callable[..., Page]]:
    """A browser of somebody's own. Afterwards: nothing complained, neither the pages nor the processes."""
    watches: list[Watch] = []
    expect.set_options(timeout=MILLISECONDS)

    def opened(key: str = "", **options: Any) -> Page:
        context = new_context(locale="en-GB", **options)
        context.set_default_timeout(MILLISECONDS)
        watches.append(Watch(context))
        if key:
            cookie = {"name": "session", "value": key, "domain": "localhost", "path": "/"}
            context.add_cookies([cookie])  # type: ignore[list-item]
        return context.new_page()

    yield opened
    assert not [words for watch in watches for words in watch.complaints]
    assert not site.new_complaints()


@pytest.fixture
def therapist(backstage: Backstage, open_browser: Callable[..., Page]) -> Therapist:
    """Signed in, with no clients yet."""
    found = backstage.ask("therapist", name="Dr Noor Haddad")
    return Therapist(found["id"], found["name"], found["email"], open_browser(found["key"]))


@pytest.fixture
def robin(backstage: Backstage, therapist: Therapist) -> Bond:
    """Kit pays for Robin's sessions by card, four of them ahead; everything is known of Robin."""
    return backstage.hand_over(
        therapist.id, attendee={"name": "Robin Vale"}, payer={"name": "Kit Marlow"}
    )


@pytest.fixture
def visitor(open_browser: Callable[..., Page]) -> Page:
    """The browser of somebody who has not signed in: a client."""
    return open_browser()
