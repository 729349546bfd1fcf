"""One thing being done: what every route, page and switch is handed."""

import time
from dataclasses import dataclass, field

from practice.demo.stripe_stand_in.config import Config
from practice.demo.stripe_stand_in.errors import UNSUPPORTED, invalid, no_such
from practice.demo.stripe_stand_in.store import Json, Store


@dataclass
class Call:
    """``params`` are checked and typed; ``ids`` are the path's; ``now`` is in Unix seconds, UTC."""

    store: Store
    config: Config
    params: Json = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    path: str = ""
    request_id: str | None = None
    idempotency_key: str | None = None
    now: int = field(default_factory=lambda: int(time.time()))

    def in_path(self, kind: str, index: int = 0) -> Json:
        """The object the path names. Raises 404 when there is none."""
        found = self.store.get(self.ids[index], kind)
        if found is None:
            raise no_such(kind, self.ids[index], status=404)
        return found

    def refuse_others(self, param: str, *modelled: str) -> None:
        """Raises 400 when the group ``param`` holds something Stripe knows but the stand-in does not act on."""
        for name in self.params.get(param, {}):
            if name not in modelled:
                message = f"The stand-in does not model {param}[{name}]."
                raise invalid(message, param=f"{param}[{name}]", code=UNSUPPORTED)

    def named(self, kind: str, param: str, object_id: str | None = None) -> Json:
        """The object a parameter names. Raises 400 when there is none or it was deleted."""
        wanted = object_id or str(self.params[param])
        found = self.store.get(wanted, kind)
        if found is None or found.get("deleted"):
            raise no_such(kind, wanted, param=param)
        return found
