"""What no page may do: complain in the console, break the policy, load from elsewhere, overflow, shut people out."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

WIDE, NARROW = (1280, 900), (390, 844)
SCHEMES = ("light", "dark")
SEVERE = ("serious", "critical")
# A scheme changes colours and nothing else.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
# In a frame that allows no script, such as that of a mail, axe can only wait in vain.
AXE_OPTIONS = {"resultTypes": ["violations"], "iframes": False}


class Watch:
    """Listens to every page of a browser context and keeps what should not have happened."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self._pages_asked_for: set[str] = set()
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        where = message.location["url"]
        is_own_status = (
            message.text.startswith("Failed to load resource") and where in self._pages_asked_for
        )
        if message.type in ("error", "warning") and not is_own_status:
            self.complaints.append(f"{message.type} at {where}: {message.text}")

    def _request(self, request: Request) -> None:
        if request.is_navigation_request():
            self._pages_asked_for.add(request.url)
        if not request.url.startswith(("http://localhost:", "data:", "blob:")):
            self.complaints.append(f"asks another host: {request.url}")

    def _response(self, response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if response.status >= (500 if is_page else 400):
            self.complaints.append(f"{response.status} at {response.url}")


def faults(page: Page) -> list[str]:
    """What is wrong with this page for anybody, wide and narrow, light and dark."""
    found = []
    page.emulate_media(reduced_motion="reduce")
    for width, height in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} px: {words}" for words in _overflow(page)]
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{width} px, {scheme}: {words}" for words in _axe(page, scheme)]
    return found


def _overflow(page: Page) -> list[str]:
    """Elements that stand out on the right, unless something around them scrolls."""
    too_wide: list[str] = page.evaluate(
        """() => {
          const edge = document.documentElement.clientWidth;
          const scrolls = (one) => one && one !== document.body &&
            (/auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
          const out = [...document.body.querySelectorAll("*")].filter((one) => {
            const box = one.getBoundingClientRect();
            return box.width > 1 && box.right > edge + 1 && !scrolls(one);
          }).map((one) => `${one.tagName} ${one.className} stands out`);
          if (document.documentElement.scrollWidth > edge) out.unshift("the page scrolls sideways");
          return out.slice(0, 5);
        }"""
    )
    return too_wide


def _axe(page: Page, scheme: str) -> list[str]:
    options = AXE_OPTIONS | (COLOURS if scheme == "dark" else {})
    violations = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}"
        for one in violations
        if one["impact"] in SEVERE
    ]
