"""Events: what happened, kept for the list and queued for the webhook."""

import json
from typing import Any

import stripe

from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.listing import page
from practice.demo.stripe_stand_in.store import Json, Store, new_id, public

MODES = ("on", "drop", "duplicate", "hold")


def record(call: Call, event_type: str, about: Json, previous: Json | None = None) -> Json:
    """Keeps an event with a copy of the object as it is now and queues it as the webhook switch says."""
    data: Json = {"object": json.loads(json.dumps(public(about)))}
    if previous is not None:
        data["previous_attributes"] = previous
    event = call.store.put(
        {
            "id": new_id("evt"),
            "object": "event",
            "api_version": stripe.api_version,
            "created": call.now,
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": call.request_id, "idempotency_key": call.idempotency_key},
            "type": event_type,
        }
    )
    if call.config.webhook_url and call.config.webhook_events & {event_type, "*"}:
        _queue(call, event["id"])
    return event


def _queue(call: Call, event_id: str) -> None:
    mode = call.store.setting("webhooks", "on")
    copies = {"drop": 0, "duplicate": 2}.get(mode, 1)
    for _ in range(copies):
        add_delivery(call.store, event_id, "held" if mode == "hold" else "due")


def add_delivery(store: Store, event_id: str, state: str = "due") -> None:
    """One more delivery of an event: due at once, or held until the switch releases it."""
    store.run("INSERT INTO deliveries (event, state, due) VALUES (?, ?, 0)", event_id, state)
    store.news.set()


def list_events(call: Call) -> Json:
    """GET /v1/events, of one type or of several; ``payment_intent.*`` names a family."""
    types = call.params.get("types", [call.params["type"]] if "type" in call.params else [])
    tests = " OR ".join("json_extract(body, '$.type') GLOB ?" for _ in types)
    found = page(call, "event", more=f" AND ({tests})" if tests else "", values=types)
    return {**found, "data": [with_pending(call, event) for event in found["data"]]}


def retrieve_event(call: Call) -> Json:
    """GET /v1/events/{id}"""
    return with_pending(call, call.in_path("event"))


def with_pending(call: Call, event: Json) -> Json:
    """The event with the number of deliveries still owed."""
    sql = "SELECT count(*) FROM deliveries WHERE event = ? AND state IN ('due', 'held')"
    rows: list[Any] = call.store.run(sql, event["id"])
    return {**event, "pending_webhooks": rows[0][0]}
