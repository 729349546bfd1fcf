"""/_test/...: what a test or a demo turns to see how the application copes. None of it exists at Stripe.

POST with JSON; a name in brackets may be left out:

    reset                   an empty account, every switch as at the start
    webhooks                mode: on, drop, duplicate, hold
    webhooks/release        [newest_first]
    webhooks/send           event
    faults                  kind: lose, error, slow; [count, effect, verb, path, seconds], see ``faults.Fault``
    faults/clear
    rate-limit              per_second, 0 for none
    idempotency/forget      as though 24 hours had passed
    refunds/next            status: succeeded, pending, failed
    refunds/settle          refund, status: succeeded, failed
    disputes/open           charge, [reason]
    disputes/close          dispute, status: won, lost
    checkout-sessions/expire    session
    payment-methods/update  payment_method, [exp_month, exp_year, last4]
    payment-methods/expire  payment_method
    payment-methods/detach  payment_method

GET: health, charges (with their sums), deliveries, requests (the last thousand).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import stripe

from practice.demo.stripe_stand_in import (
    checkout,
    disputes,
    events,
    idempotency,
    payment_methods,
    refunds,
)
from practice.demo.stripe_stand_in.api import Api
from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.errors import invalid
from practice.demo.stripe_stand_in.exchange import Answer, Request, in_json
from practice.demo.stripe_stand_in.faults import Fault
from practice.demo.stripe_stand_in.store import Json, public


@dataclass(kw_only=True)
class Turn(Call):
    """A switch being turned; ``params`` are its JSON, ``api`` what it may have to reach into."""

    api: Api


Switch = Callable[[Turn], Json]


class Switches:
    """Answers /_test/ in JSON. Only JSON is taken, so that no web page elsewhere can turn a switch."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def answer(self, request: Request) -> Answer:
        """Turns one switch. Raises 404 for one that is not there and 400 for a bad position."""
        switch = SWITCHES.get(f"{request.verb} {request.path.removeprefix('/_test/')}")
        if switch is None:
            raise invalid(f"There is no switch {request.verb} {request.path}", status=404)
        if request.body and not request.headers.get("content-type", "").startswith(
            "application/json"
        ):
            raise invalid("Switches take JSON.", status=415)
        turn = Turn(
            self._api.store, self._api.config, json.loads(request.body or "{}"), api=self._api
        )
        try:
            with turn.store.transaction():
                return in_json(200, switch(turn))
        except KeyError as missing:
            raise invalid(f"Missing: {missing}") from None


def _health(_call: Turn) -> Json:
    return {"ok": True, "api_version": stripe.api_version}


def _charges(call: Turn) -> Json:
    """Every charge, newest first, and their sums in minor units."""
    found = [public(charge) for charge in call.store.find("charge")]
    paid = [charge for charge in found if charge["paid"]]
    sums = {
        "charged": sum(c["amount"] for c in paid),
        "refunded": sum(c["amount_refunded"] for c in paid),
    }
    return {"data": found, "succeeded": len(paid), "failed": len(found) - len(paid), **sums}


def _deliveries(call: Turn) -> Json:
    rows = call.store.run("SELECT event, state, attempts, answer FROM deliveries ORDER BY id")
    return {
        "data": [
            dict(zip(("event", "state", "attempts", "answer"), row, strict=True)) for row in rows
        ]
    }


def _requests(call: Turn) -> Json:
    return {"data": list(call.api.log)}


def _reset(call: Turn) -> Json:
    call.store.forget_everything()
    call.api.faults.clear()
    call.api.log.clear()
    call.api.rate_limit.change(call.api.config.rate_limit)
    return {"ok": True}


def _webhooks(call: Turn) -> Json:
    mode = call.params.get("mode")
    if mode not in events.MODES:
        raise invalid(f"mode is one of {', '.join(events.MODES)}.", param="mode")
    call.store.set("webhooks", mode)
    return {"mode": mode}


def _release(call: Turn) -> Json:
    """Lets go of the held ones, ``newest_first`` if asked."""
    due = "-id" if call.params.get("newest_first") else "0"
    released = call.store.run(
        f"UPDATE deliveries SET state = 'due', due = {due} WHERE state = 'held' RETURNING id"
    )
    call.store.news.set()
    return {"released": len(released)}


def _send_again(call: Turn) -> Json:
    events.add_delivery(call.store, call.named("event", "event")["id"])
    return {"ok": True}


def _fault(call: Turn) -> Json:
    asked: dict[str, Any] = {"effect": call.params.get("kind") != "error", **call.params}
    try:
        fault = Fault(**asked)
    except TypeError as error:
        raise invalid(str(error)) from None
    call.api.faults.add(fault)
    return vars(fault)


def _no_faults(call: Turn) -> Json:
    call.api.faults.clear()
    return {"ok": True}


def _rate_limit(call: Turn) -> Json:
    call.api.rate_limit.change(int(call.params["per_second"]))
    call.store.set("rate_limit", str(call.api.rate_limit.per_second))
    return {"per_second": call.api.rate_limit.per_second}


def _forget_keys(call: Turn) -> Json:
    idempotency.forget_all(call.store)
    return {"ok": True}


def _next_refund(call: Turn) -> Json:
    if call.params.get("status") not in ("succeeded", "pending", "failed"):
        raise invalid("status is one of succeeded, pending, failed.", param="status")
    call.store.set(refunds.SWITCH, call.params["status"])
    return {"status": call.params["status"]}


def _settle_refund(call: Turn) -> Json:
    return public(refunds.settle(call, call.named("refund", "refund"), call.params["status"]))


def _open_dispute(call: Turn) -> Json:
    return disputes.open_dispute(
        call, call.named("charge", "charge"), call.params.get("reason", "fraudulent")
    )


def _close_dispute(call: Turn) -> Json:
    return disputes.close_dispute(call, call.named("dispute", "dispute"), call.params["status"])


def _expire_session(call: Turn) -> Json:
    session = call.named("checkout.session", "session")
    return checkout.expire_session(Call(call.store, call.config, ids=(session["id"],)))


def _update_card(call: Turn) -> Json:
    """The bank sent a new card: any of ``exp_month``, ``exp_year``, ``last4``."""
    method = call.named("payment_method", "payment_method")
    changes = {
        name: call.params[name]
        for name in ("exp_month", "exp_year", "last4")
        if name in call.params
    }
    changed = call.store.put({**method, "card": {**method["card"], **changes}})
    previous = {"card": {name: method["card"][name] for name in changes}}
    events.record(call, "payment_method.automatically_updated", changed, previous)
    return public(changed)


def _expire_card(call: Turn) -> Json:
    """The card's time is over; Stripe says nothing until it is charged."""
    method = call.named("payment_method", "payment_method")
    return public(
        call.store.put({**method, "card": {**method["card"], "exp_month": 1, "exp_year": 2020}})
    )


def _detach_card(call: Turn) -> Json:
    return public(payment_methods.detach(call, call.named("payment_method", "payment_method")))


SWITCHES: dict[str, Switch] = {
    "GET health": _health,
    "GET charges": _charges,
    "GET deliveries": _deliveries,
    "GET requests": _requests,
    "POST reset": _reset,
    "POST webhooks": _webhooks,
    "POST webhooks/release": _release,
    "POST webhooks/send": _send_again,
    "POST faults": _fault,
    "POST faults/clear": _no_faults,
    "POST rate-limit": _rate_limit,
    "POST idempotency/forget": _forget_keys,
    "POST refunds/next": _next_refund,
    "POST refunds/settle": _settle_refund,
    "POST disputes/open": _open_dispute,
    "POST disputes/close": _close_dispute,
    "POST checkout-sessions/expire": _expire_session,
    "POST payment-methods/update": _update_card,
    "POST payment-methods/expire": _expire_card,
    "POST payment-methods/detach": _detach_card,
}
