"""The hosted pages: Checkout for saving a card, and 3-D Secure. Plain HTML, no script."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs

from practice.demo.stripe_stand_in import checkout, setup_intents
from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.card_form import FIELDS, CardForm
from practice.demo.stripe_stand_in.cards import AUTHENTICATE, CARDS, MESSAGES, OK, TestCard
from practice.demo.stripe_stand_in.config import Config
from practice.demo.stripe_stand_in.exchange import Answer, Request
from practice.demo.stripe_stand_in.payment_methods import new_method
from practice.demo.stripe_stand_in.secure import authentication, finish_payment
from practice.demo.stripe_stand_in.store import Json, Store
from practice.demo.stripe_stand_in.urls import origin

FOLDER = Path(__file__).parent / "templates"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'"
)
CLOSED = {
    "complete": ("Your card is saved", "This page has done its work. You can close it."),
    "expired": (
        "This page has expired",
        "No card was saved. Use the link in your e-mail again to open a new one.",
    ),
    "canceled": ("This payment was cancelled", "Nothing was charged. You can close this page."),
    "missing": ("There is nothing here", "The address is wrong, or the stand-in was reset."),
    "over": ("There is nothing left to confirm", "You can close this page."),
}


class Pages:
    """Answers everything that is neither the API nor a switch."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store = store
        self._config = config

    def answer(self, request: Request) -> Answer:
        """The page, or a redirect after a form was sent."""
        if request.path == "/style.css":
            return Answer(
                200,
                (FOLDER / "style.css").read_text(),
                "text/css",
                {"Cache-Control": "max-age=300"},
            )
        call = Call(self._store, self._config, path=request.path)
        with self._store.transaction():
            if request.path.startswith("/c/pay/"):
                return _checkout(call, request, request.path.removeprefix("/c/pay/"))
            if request.path.startswith("/3d-secure/"):
                return _secure(call, request, request.path.removeprefix("/3d-secure/"))
        return _closed("missing", 404)


def _checkout(call: Call, request: Request, session_id: str) -> Answer:
    session = call.store.get(session_id, "checkout.session")
    if session is None:
        return _closed("missing", 404)
    session = checkout.expired_if_over(call, session)
    if session["status"] != "open":
        return _closed(session["status"], back=session["cancel_url"])
    if request.verb != "POST":
        return _card_page(call, session, CardForm(), {}, _last_error(call, session))
    form = CardForm.from_body(request.body)
    errors = form.errors()
    return _card_page(call, session, form, errors) if errors else _save(call, session, form)


def _save(call: Call, session: Json, form: CardForm) -> Answer:
    """What the bank says to saving this card: on to the application, to 3-D Secure, or the form again."""
    card, expiry = form.card, form.month_and_year
    assert card
    assert expiry
    method = new_method(
        call, card, *expiry, {"name": form.name, "email": _email(call, session)}, set_up=True
    )
    intent = call.named("setup_intent", "setup_intent", session["setup_intent"])
    if card.saving == OK:
        return _redirect(checkout.success_address(checkout.complete(call, session, method)))
    if card.saving == AUTHENTICATE:
        url = f"{call.config.public_url}/3d-secure/{intent['id']}"
        setup_intents.require_authentication(call, intent, method, url, session["success_url"])
        return _redirect(url)
    setup_intents.refuse(call, intent, method, card.saving)
    return _card_page(call, session, form, {}, MESSAGES[card.saving])


def _secure(call: Call, request: Request, intent_id: str) -> Answer:
    waiting = authentication(call, intent_id)
    if isinstance(waiting, str):
        return _closed(waiting, 404 if waiting == "missing" else 200)
    if request.verb != "POST":
        return _page(
            "Authentication", "secure.html", {"what": waiting.what}, allowed=(waiting.return_url,)
        )
    passed = parse_qs(request.body).get("result") == ["complete"]
    if waiting.session is None:
        return _redirect(finish_payment(call, waiting, passed=passed))
    if passed:
        return _redirect(
            checkout.success_address(checkout.complete(call, waiting.session, waiting.method))
        )
    setup_intents.refuse_authentication(call, waiting.intent, waiting.method)
    return _redirect(str(waiting.session["url"]))


def _email(call: Call, session: Json) -> str | None:
    customer = call.store.get(session["customer"] or "", "customer") or {}
    email: str | None = session["customer_email"] or customer.get("email")
    return email


def _last_error(call: Call, session: Json) -> str:
    intent = call.named("setup_intent", "setup_intent", session["setup_intent"])
    return str((intent["last_setup_error"] or {}).get("message", ""))


def _card_page(
    call: Call,
    session: Json,
    form: CardForm,
    errors: Mapping[str, str],
    refusal: str = "",
) -> Answer:
    values = {field: getattr(form, field) for field in FIELDS}
    values |= {f"{field}_error": errors.get(field, "") for field in FIELDS}
    values |= {f"{field}_invalid": "true" if field in errors else "false" for field in FIELDS}
    values |= {"refusal": refusal, "email": _email(call, session) or ""}
    cards = "".join(_filled("card_row.html", _card_values(card)) for card in CARDS)
    allowed = (session["success_url"], session["cancel_url"] or "")
    return _page(
        "Save a card",
        "checkout.html",
        values,
        allowed=allowed,
        cards=cards,
        back=_back(session["cancel_url"]),
    )


def _card_values(card: TestCard) -> dict[str, str]:
    return {"number": card.shown, "does": card.does}


def _closed(state: str, status: int = 200, back: str | None = None) -> Answer:
    title, sentence = CLOSED[state]
    return _page(
        title,
        "closed.html",
        {"heading": title, "sentence": sentence},
        status=status,
        back=_back(back),
    )


def _back(url: str | None) -> str:
    return _filled("back.html", {"url": url}) if url else ""


def _page(
    title: str,
    template: str,
    values: Mapping[str, str],
    *,
    allowed: tuple[str, ...] = (),
    status: int = 200,
    **html: str,
) -> Answer:
    """A whole page. ``values`` are escaped, ``html`` is not. The form may lead to the ``allowed`` addresses."""
    body = _filled("page.html", {"title": title}, main=_filled(template, values, **html))
    origins = " ".join(["'self'", *sorted({origin(url) for url in allowed if url})])
    policy = f"{POLICY}; form-action {origins}"
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return Answer(status, body, "text/html", headers)


def _filled(name: str, values: Mapping[str, str], **html: str) -> str:
    safe = {key: escape(value) for key, value in values.items()}
    return Template((FOLDER / name).read_text()).substitute(safe | html)


def _redirect(url: str) -> Answer:
    return Answer(303, headers={"Location": url})
