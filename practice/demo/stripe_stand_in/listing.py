"""Lists with cursors, and ``expand``."""

from collections.abc import Iterable, Sequence
from typing import Any

from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.errors import invalid, no_such
from practice.demo.stripe_stand_in.store import Json, Store, public

COMPARE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
DEEPEST = 4

EXPANDABLE = {
    "checkout.session": {"customer", "setup_intent"},
    "customer": {"invoice_settings.default_payment_method"},
    "setup_intent": {"customer", "payment_method"},
    "payment_method": {"customer"},
    "payment_intent": {"customer", "payment_method", "latest_charge"},
    "charge": {"customer", "payment_intent", "refunds"},
    "refund": {"charge", "payment_intent"},
    "dispute": {"charge", "payment_intent"},
}


def page(
    call: Call, kind: str, where: Json | None = None, more: str = "", values: Sequence[Any] = ()
) -> Json:
    """One page of objects whose fields equal ``where``, newest first, as ``limit``, ``starting_after``,
    ``ending_before`` and ``created`` ask. Raises 400 for an unknown cursor or a limit outside 1..100."""
    limit = _limit(call)
    created, bounds = _created(call)
    tests, values = more + created, [*values, *bounds]
    backwards = "ending_before" in call.params
    for param, sign in (("starting_after", "<"), ("ending_before", ">")):
        if param in call.params:
            tests += f" AND position {sign} ?"
            values.append(_cursor(call, kind, param))
    tests += f" ORDER BY position {'ASC' if backwards else 'DESC'} LIMIT ?"
    found = call.store.find(kind, where, tests, *values, limit + 1)
    kept = found[:limit]
    data = kept[::-1] if backwards else kept
    return {"object": "list", "data": data, "has_more": len(found) > limit, "url": call.path}


def filters(call: Call, *names: str) -> Json:
    """Those of the named parameters that were sent, as field values."""
    return {name: call.params[name] for name in names if name in call.params}


def _limit(call: Call) -> int:
    limit = int(call.params.get("limit", 10))
    if not 1 <= limit <= 100:
        bound = "greater than or equal to 1" if limit < 1 else "less than or equal to 100"
        message = f"Invalid integer: {limit}. This value must be {bound}."
        raise invalid(message, param="limit", code="parameter_invalid_integer")
    return limit


def _cursor(call: Call, kind: str, param: str) -> int:
    position = call.store.position(call.params[param], kind)
    if position is None:
        raise no_such(kind, call.params[param], param=param)
    return position


def _created(call: Call) -> tuple[str, list[Any]]:
    asked = call.params.get("created", {})
    bounds = asked if isinstance(asked, dict) else {"gte": asked, "lte": asked}
    tests = "".join(f" AND json_extract(body, '$.created') {COMPARE[name]} ?" for name in bounds)
    return tests, list(bounds.values())


def shown(store: Store, answer: Json, expand: Iterable[str]) -> Json:
    """The answer without our own fields and with the asked ids replaced by their objects. Raises 400 when a
    property cannot be expanded."""
    if answer["object"] == "list":
        answer = {**answer, "data": [public(each) for each in answer["data"]]}
    else:
        answer = public(answer)
    for path in expand:
        if path.count(".") >= DEEPEST:
            raise invalid(
                f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}"
            )
        answer = _expand(store, answer, path, path)
    return answer


def _expand(store: Store, body: Json, path: str, asked: str) -> Json:
    if body.get("object") == "list":
        first, _, rest = path.partition(".")
        if first != "data" or not rest:
            raise _cannot(asked)
        return {**body, "data": [_expand(store, each, rest, asked) for each in body["data"]]}
    for name in EXPANDABLE.get(body["object"], ()):
        if path == name or path.startswith(f"{name}."):
            return _replace(store, body, name, path.removeprefix(name).removeprefix("."), asked)
    raise _cannot(asked)


def _replace(store: Store, body: Json, name: str, rest: str, asked: str) -> Json:
    group, _, last = name.rpartition(".")
    holder: Json = body[group] if group else body
    value = _refunds(store, body) if last == "refunds" else _loaded(store, holder[last])
    if rest and value is not None:
        value = _expand(store, value, rest, asked)
    changed = {**holder, last: value}
    return {**body, group: changed} if group else changed


def _loaded(store: Store, value: Any) -> Json | None:
    found = store.get(value) if isinstance(value, str) else value
    return public(found) if isinstance(found, dict) else None


def _refunds(store: Store, charge: Json) -> Json:
    data = [public(each) for each in store.find("refund", {"charge": charge["id"]})]
    url = f"/v1/charges/{charge['id']}/refunds"
    return {"object": "list", "data": data, "has_more": False, "url": url}


def _cannot(path: str) -> Exception:
    return invalid(f"This property cannot be expanded ({path}).", param="expand")
