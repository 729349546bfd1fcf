"""/v1/...: who asks, what is asked, has it been asked before, and then the act itself."""

import re
import time
from collections import deque
from collections.abc import Mapping

import stripe

from practice.demo.stripe_stand_in import idempotency
from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.config import Config
from practice.demo.stripe_stand_in.errors import UNSUPPORTED, Refusal, broken, invalid
from practice.demo.stripe_stand_in.exchange import Answer, Request, in_json, refused
from practice.demo.stripe_stand_in.faults import Fault, Faults, RateLimit
from practice.demo.stripe_stand_in.forms import decode
from practice.demo.stripe_stand_in.listing import shown
from practice.demo.stripe_stand_in.route import Route
from practice.demo.stripe_stand_in.routes import find
from practice.demo.stripe_stand_in.schema import check
from practice.demo.stripe_stand_in.store import Json, Store, new_id

TEST_KEY = re.compile(r"Bearer [sr]k_test_\w+")
REMEMBERED_REQUESTS = 1000


class Api:
    """Answers what the application sends to Stripe. ``log`` holds the last requests, newest last."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store = store
        self.config = config
        self.faults = Faults()
        self.rate_limit = RateLimit(int(store.setting("rate_limit", str(config.rate_limit))))
        self.log: deque[Json] = deque(maxlen=REMEMBERED_REQUESTS)
        self._keys = idempotency.KeysInUse()

    def answer(self, request: Request) -> Answer:
        """The answer Stripe would give, or the fault a switch asked for."""
        headers = {"Request-Id": new_id("req", 14), "Stripe-Version": stripe.api_version}
        try:
            answer = self._admitted(request, headers)
        except Refusal as refusal:
            answer = refused(refusal, headers)
        self._note(request, answer)
        return answer

    def _admitted(self, request: Request, headers: dict[str, str]) -> Answer:
        _check_key(request.headers.get("authorization", ""))
        _check_version(request.headers.get("stripe-version", stripe.api_version))
        if self.rate_limit.exceeded():
            raise invalid("Request rate limit exceeded.", code="rate_limit", status=429)
        key = (
            idempotency.checked_key(request.headers.get("idempotency-key"))
            if request.verb == "POST"
            else None
        )
        with self._keys.claim(key):
            return self._answered(request, key, headers)

    def _answered(self, request: Request, key: str | None, headers: dict[str, str]) -> Answer:
        fault = self.faults.strike(request.verb, request.path)
        if fault and not fault.effect and fault.kind != "error":
            time.sleep(fault.seconds)
        if fault and not fault.effect and fault.kind == "lose":
            return Answer(0, lost=True)
        answer = self._carried_out(request, key, fault, headers)
        if fault and fault.effect:
            time.sleep(fault.seconds)
        return Answer(0, lost=True) if fault and fault.kind == "lose" else answer

    def _carried_out(
        self, request: Request, key: str | None, fault: Fault | None, headers: dict[str, str]
    ) -> Answer:
        route, ids = _routed(request)
        params = _checked_params(route, request)
        store = self.store
        call = Call(store, self.config, params, ids, request.path, headers["Request-Id"], key)
        if key:
            headers["Idempotency-Key"] = key
        with store.transaction():
            before = idempotency.recall(call, params)
            if before:
                return in_json(
                    *before, {**headers, **idempotency.REPLAYED, **_retry_advice(before[0])}
                )
            status, body = _act(route, call, fault)
            idempotency.remember(call, params, status, body)
        return in_json(status, body, {**headers, **_retry_advice(status)})

    def _note(self, request: Request, answer: Answer) -> None:
        self.log.append(
            {
                "verb": request.verb,
                "path": request.path,
                "idempotency_key": request.headers.get("idempotency-key"),
                "status": answer.status,
                "lost": answer.lost,
                "replayed": "Idempotent-Replayed" in answer.headers,
            }
        )


def _act(route: Route, call: Call, fault: Fault | None) -> tuple[int, Json]:
    """Status and body. What a refused card leaves behind stays; any other refusal leaves nothing."""
    error = fault is not None and fault.kind == "error"
    try:
        if error and fault and not fault.effect:
            raise broken()
        with call.store.transaction():
            status, body = _kept(route, call)
        if error:
            raise broken()
    except Refusal as refusal:
        return refusal.status, refusal.body
    return status, body


def _kept(route: Route, call: Call) -> tuple[int, Json]:
    try:
        return 200, shown(call.store, route.act(call), call.params.get("expand", ()))
    except Refusal as refusal:
        if refusal.status != 402:
            raise
        return refusal.status, refusal.body


def _retry_advice(status: int) -> Mapping[str, str]:
    return {"Stripe-Should-Retry": "false"} if status >= 500 else {}


def _routed(request: Request) -> tuple[Route, tuple[str, ...]]:
    found = find(request.verb, request.path)
    if found is None:
        message = f"Unrecognized request URL ({request.verb}: {request.path}). The stand-in does not have it."
        raise invalid(message, status=404)
    return found


def _checked_params(route: Route, request: Request) -> Json:
    params = check(
        route.parameters, decode(request.body if request.verb == "POST" else request.query)
    )
    for name in params:
        if name not in route.modelled:
            message = f"Stripe knows the parameter {name}, the stand-in does not model it here."
            raise invalid(message, param=name, code=UNSUPPORTED)
    return params


def _check_key(authorization: str) -> None:
    if not authorization:
        raise invalid("You did not provide an API key.", status=401)
    if not TEST_KEY.fullmatch(authorization):
        live = "k_live_" in authorization
        message = "The stand-in refuses live keys." if live else "Invalid API Key provided."
        raise invalid(message, status=401)


def _check_version(version: str) -> None:
    if version != stripe.api_version:
        raise invalid(
            f"Invalid Stripe API version: {version}. The stand-in speaks {stripe.api_version}."
        )
