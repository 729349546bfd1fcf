"""A therapist's browser, as far as a confirmation needs one: cookies, the sign-in page, forms."""

import re
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from http.cookiejar import CookieJar

from tests.factories import PASSWORD

Fields = list[tuple[str, str]]
CUT_SHORT = (HTTPException, OSError)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class Browser:
    """Follows redirects like a person; an answer is the address it ended at, and the page."""

    def __init__(self, site: str) -> None:
        self.site = site
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> str:
        return self._ask(path, None)[1]

    def post(self, path: str, fields: Fields) -> tuple[str, str]:
        return self._ask(path, urllib.parse.urlencode(fields).encode())

    def hidden(self, path: str) -> Fields:
        """The hidden fields of a page, its token included."""
        return HIDDEN.findall(self.get(path))

    def sign_in(self, email: str) -> None:
        fields = self.hidden("/accounts/login/")
        where, page = self.post(
            "/accounts/login/", [*fields, ("login", email), ("password", PASSWORD)]
        )
        assert "/accounts/" not in where, page

    def _ask(self, path: str, data: bytes | None) -> tuple[str, str]:
        request = urllib.request.Request(self.site + path, data)
        with self.opener.open(request, timeout=30) as answer:
            return answer.url.removeprefix(self.site), answer.read().decode()
