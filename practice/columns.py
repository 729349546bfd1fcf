"""Every column of ours, by what it says about a person. A test fails on an unmarked or a vanished one.

- HEALTH: alone or with its row it shows that somebody is in therapy: who attends, with whom, when,
  who is around them, and text that may tell. Special category data (GDPR, article 9).
- PERSONAL: names a person or a way to reach them, or says what a person did here.
- FINANCIAL: what is paid, how, and with which card; the practice's own fees, too.
- TECHNICAL: says nothing of anybody: keys, counters, clocks of our own machinery.

Used by whoever exports, forgets or hides: ask this table, not the column's name.
"""

from enum import StrEnum


class Kind(StrEnum):
    HEALTH = "health"
    PERSONAL = "personal"
    FINANCIAL = "financial"
    TECHNICAL = "technical"


HEALTH, PERSONAL, FINANCIAL, TECHNICAL = Kind.HEALTH, Kind.PERSONAL, Kind.FINANCIAL, Kind.TECHNICAL

# Label of the model -> kind -> its columns, separated by spaces.
COLUMNS: dict[str, dict[Kind, str]] = {
    "practice.Practice": {
        PERSONAL: "email phone address",
        FINANCIAL: "currency charge_moment",
        TECHNICAL: (
            "id name time_zone consent_age age_of_majority is_mobile_required is_address_required "
            "charge_lead_hours first_retry_hours second_retry_hours cancel_unpaid_hours "
            "free_cancel_hours link_days"
        ),
    },
    "practice.ServiceType": {FINANCIAL: "fee", TECHNICAL: "id name length_minutes is_active"},
    "team.User": {
        PERSONAL: (
            "email name time_zone password last_login is_owner is_practice_manager is_therapist "
            "is_supervisor is_scheduler is_biller is_staff is_superuser is_active joined_at"
        ),
        TECHNICAL: "id groups user_permissions",
    },
    "audit.AuditEvent": {
        HEALTH: "action client_id target details",
        PERSONAL: "at actor",
        TECHNICAL: "id",
    },
    "clients.Client": {
        HEALTH: "state",
        PERSONAL: (
            "first_name last_name pronouns date_of_birth email mobile address search_name sort_name "
            "created_at"
        ),
        TECHNICAL: "id",
    },
    "clients.Contact": {
        HEALTH: "client adult relation is_emergency",
        PERSONAL: "created_at",
        FINANCIAL: "responsible_for_billing",
        TECHNICAL: "id",
    },
    "clients.CareTeamMember": {HEALTH: "client user joined_at", TECHNICAL: "id"},
    "clients.AccessLink": {
        PERSONAL: "client purpose created_at expires_at revoked_at used_at",
        TECHNICAL: "id salt token_hash",
    },
    "relationships.Relationship": {
        HEALTH: "therapist attendee started_at ended_at ended_by end_reason moved_to flagged_at",
        FINANCIAL: "payer payment_method terms_days not_paid_reason agreed_fee",
        TECHNICAL: "id",
    },
    "relationships.PayerPlan": {
        HEALTH: "therapist attendee",
        PERSONAL: "set_at set_by",
        FINANCIAL: "default",
        TECHNICAL: "id",
    },
    "relationships.MigrationRequest": {
        HEALTH: "relationship",
        PERSONAL: "requester requested_on manner has_attendee_agreed recorded_at recorded_by",
        TECHNICAL: "id",
    },
    "therapy_sessions.Series": {
        HEALTH: (
            "therapist attendee time_zone starts_on starts_at_time weeks_apart number_of_sessions"
        ),
        TECHNICAL: "id",
    },
    "therapy_sessions.TherapySession": {
        HEALTH: (
            "relationship therapist series service_type starts_at ends_at time_zone place status "
            "cancelled_at cancelled_by moved_late_at rebooked_from booked_at"
        ),
        FINANCIAL: "fee currency",
        TECHNICAL: "id charge_lead_hours free_cancel_hours sequence",
    },
    "billing.StripeCustomer": {FINANCIAL: "client stripe_id", TECHNICAL: "id created_at"},
    "billing.Card": {
        FINANCIAL: (
            "client stripe_id brand last4 exp_month exp_year is_default attached_at detached_at"
        ),
        TECHNICAL: "id",
    },
    "billing.Mandate": {
        HEALTH: "relationship text",
        PERSONAL: "given_at given_by manner narrowed_at withdrawn_at withdrawn_by",
        FINANCIAL: "payer",
        TECHNICAL: "id text_version not_right_link",
    },
    "billing.CardRequest": {
        PERSONAL: "requested_at requested_by closed_at",
        FINANCIAL: "payer status",
        TECHNICAL: "id link",
    },
    "billing.CardSetup": {
        HEALTH: "agreed_relationships",
        FINANCIAL: "client stripe_id url status finished_at",
        TECHNICAL: "id link text_version created_at expires_at next_check_at",
    },
    "billing.CardSetupAgreement": {HEALTH: "relationship text", TECHNICAL: "id setup"},
    "billing.StripeEvent": {
        FINANCIAL: "payload type",
        TECHNICAL: "id received_at processed_at next_try_at attempts last_error",
    },
    "notifications.OutgoingEmail": {
        HEALTH: "name subject text html calendar",
        PERSONAL: "to sender_name reply_to client_id dedupe_key created_at sent_at last_error",
        TECHNICAL: ("id calendar_method link_purpose link_salt next_try_at attempts given_up_at"),
    },
}


def kind_of(model_label: str, column: str) -> Kind:
    """What a column says about a person. Raises KeyError for one that nobody has classified."""
    for kind, columns in COLUMNS[model_label].items():
        if column in columns.split():
            return kind
    raise KeyError(f"{model_label}.{column}")
