"""The signed digest of a preview, by which a confirmation knows what its sender had seen."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core import signing

from workflows.migration_preview import MigrationPreview, SessionChange

SALT = "workflows.migration"


@dataclass(frozen=True, slots=True)
class Differences:
    """What is not as it was when the page was shown."""

    facts: frozenset[str] = frozenset()
    session_ids: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.facts or self.session_ids)


def digest(preview: MigrationPreview) -> str:
    """Sign what the preview says, in about 15 bytes for each session."""
    return signing.dumps(_fingerprint(preview), salt=SALT, compress=True)


def differences(shown: str, preview: MigrationPreview) -> Differences:
    """Compare what was shown with what is now. A forged digest differs in everything."""
    now = _fingerprint(preview)
    try:
        then = signing.loads(shown, salt=SALT)
    except signing.BadSignature:
        return Differences(frozenset(now["facts"]))
    facts = {key for key in now["facts"] if now["facts"][key] != then["facts"].get(key)}
    return Differences(frozenset(facts), _changed_sessions(then["sessions"], now["sessions"]))


def _changed_sessions(then: dict[str, str], now: dict[str, str]) -> frozenset[int]:
    return frozenset(int(key) for key in {*then, *now} if then.get(key) != now.get(key))


def _fingerprint(preview: MigrationPreview) -> dict[str, Any]:
    relationship = preview.relationship
    return {
        "facts": {
            "relationship": _short(relationship.pk, relationship.ended_at, preview.refusal),
            "terms": _short(relationship.payment_method, relationship.agreed_fee),
            "others": _short(*(other.relationship.pk for other in preview.others)),
            "existing": _short(preview.existing and preview.existing.pk),
            "missing": _short(*preview.missing),
            "card": _short(preview.card and preview.card.pk),
        },
        "sessions": {
            str(change.therapy_session.pk): _session(change) for change in preview.all_changes
        },
    }


def _session(change: SessionChange) -> str:
    one = change.therapy_session
    return _short(
        one.relationship_id,
        one.status,
        one.starts_at,
        one.fee,
        change.stays_because,
        change.planned,
    )


def _short(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
