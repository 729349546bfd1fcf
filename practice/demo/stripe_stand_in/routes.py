"""Which requests there are: each is a method of a service in the stripe package, with its typed parameters."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from practice.demo.stripe_stand_in import (
    charges,
    checkout,
    customers,
    disputes,
    events,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)
from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.schema import parameter_class
from practice.demo.stripe_stand_in.store import Json

CURSOR = "created ending_before limit starting_after"


@dataclass(frozen=True)
class Route:
    """One request. ``service`` names the method on ``client.v1``; ``shape`` its class in ``stripe.params``;
    ``modelled`` the parameters the stand-in acts on. The others it refuses instead of ignoring them."""

    verb: str
    path: str
    service: str
    shape: str
    modelled: frozenset[str]
    act: Callable[[Call], Json]

    @property
    def parameters(self) -> type:
        """The typed parameters."""
        return parameter_class(self.shape)

    def ids(self, path: str) -> tuple[str, ...] | None:
        """The ids in an address of this route, None for another route's address."""
        match = re.fullmatch(re.sub(r"{\w+}", "([^/]+)", self.path), path)
        return match.groups() if match else None


def _route(
    request: str, service: str, shape: str, modelled: str, act: Callable[[Call], Json]
) -> Route:
    verb, path = request.split()
    return Route(verb, path, service, shape, frozenset(["expand", *modelled.split()]), act)


ROUTES = (
    _route(
        "POST /v1/customers",
        "customers.create",
        "CustomerCreateParams",
        "address description email invoice_settings metadata name phone",
        customers.create_customer,
    ),
    _route(
        "GET /v1/customers",
        "customers.list",
        "CustomerListParams",
        f"email {CURSOR}",
        customers.list_customers,
    ),
    _route(
        "GET /v1/customers/{customer}",
        "customers.retrieve",
        "CustomerRetrieveParams",
        "",
        customers.retrieve_customer,
    ),
    _route(
        "POST /v1/customers/{customer}",
        "customers.update",
        "CustomerUpdateParams",
        "address description email invoice_settings metadata name phone",
        customers.update_customer,
    ),
    _route(
        "DELETE /v1/customers/{customer}",
        "customers.delete",
        "CustomerDeleteParams",
        "",
        customers.delete_customer,
    ),
    _route(
        "GET /v1/customers/{customer}/payment_methods",
        "customers.payment_methods.list",
        "CustomerPaymentMethodListParams",
        f"type {CURSOR}",
        payment_methods.list_customer_payment_methods,
    ),
    _route(
        "GET /v1/customers/{customer}/payment_methods/{payment_method}",
        "customers.payment_methods.retrieve",
        "CustomerPaymentMethodRetrieveParams",
        "",
        payment_methods.retrieve_customer_payment_method,
    ),
    _route(
        "GET /v1/payment_methods",
        "payment_methods.list",
        "PaymentMethodListParams",
        f"customer type {CURSOR}",
        payment_methods.list_payment_methods,
    ),
    _route(
        "GET /v1/payment_methods/{payment_method}",
        "payment_methods.retrieve",
        "PaymentMethodRetrieveParams",
        "",
        payment_methods.retrieve_payment_method,
    ),
    _route(
        "POST /v1/payment_methods/{payment_method}",
        "payment_methods.update",
        "PaymentMethodUpdateParams",
        "allow_redisplay billing_details card metadata",
        payment_methods.update_payment_method,
    ),
    _route(
        "POST /v1/payment_methods/{payment_method}/attach",
        "payment_methods.attach",
        "PaymentMethodAttachParams",
        "customer",
        payment_methods.attach_payment_method,
    ),
    _route(
        "POST /v1/payment_methods/{payment_method}/detach",
        "payment_methods.detach",
        "PaymentMethodDetachParams",
        "",
        payment_methods.detach_payment_method,
    ),
    _route(
        "POST /v1/checkout/sessions",
        "checkout.sessions.create",
        "checkout.SessionCreateParams",
        "allowed_payment_method_types billing_address_collection cancel_url client_reference_id currency custom_text "
        "customer customer_email expires_at locale metadata mode setup_intent_data success_url ui_mode",
        checkout.create_session,
    ),
    _route(
        "GET /v1/checkout/sessions",
        "checkout.sessions.list",
        "checkout.SessionListParams",
        f"customer status {CURSOR}",
        checkout.list_sessions,
    ),
    _route(
        "GET /v1/checkout/sessions/{session}",
        "checkout.sessions.retrieve",
        "checkout.SessionRetrieveParams",
        "",
        checkout.retrieve_session,
    ),
    _route(
        "POST /v1/checkout/sessions/{session}/expire",
        "checkout.sessions.expire",
        "checkout.SessionExpireParams",
        "",
        checkout.expire_session,
    ),
    _route(
        "GET /v1/setup_intents",
        "setup_intents.list",
        "SetupIntentListParams",
        f"customer payment_method {CURSOR}",
        setup_intents.list_setup_intents,
    ),
    _route(
        "GET /v1/setup_intents/{intent}",
        "setup_intents.retrieve",
        "SetupIntentRetrieveParams",
        "",
        setup_intents.retrieve_setup_intent,
    ),
    _route(
        "POST /v1/payment_intents",
        "payment_intents.create",
        "PaymentIntentCreateParams",
        "amount automatic_payment_methods confirm currency customer description error_on_requires_action metadata "
        "off_session payment_method receipt_email return_url statement_descriptor_suffix",
        payment_intents.create_payment_intent,
    ),
    _route(
        "GET /v1/payment_intents",
        "payment_intents.list",
        "PaymentIntentListParams",
        f"customer {CURSOR}",
        payment_intents.list_payment_intents,
    ),
    _route(
        "GET /v1/payment_intents/{intent}",
        "payment_intents.retrieve",
        "PaymentIntentRetrieveParams",
        "",
        payment_intents.retrieve_payment_intent,
    ),
    _route(
        "POST /v1/payment_intents/{intent}",
        "payment_intents.update",
        "PaymentIntentUpdateParams",
        "description metadata payment_method receipt_email",
        payment_intents.update_payment_intent,
    ),
    _route(
        "POST /v1/payment_intents/{intent}/confirm",
        "payment_intents.confirm",
        "PaymentIntentConfirmParams",
        "error_on_requires_action off_session payment_method receipt_email return_url",
        payment_intents.confirm_payment_intent,
    ),
    _route(
        "POST /v1/payment_intents/{intent}/cancel",
        "payment_intents.cancel",
        "PaymentIntentCancelParams",
        "cancellation_reason",
        payment_intents.cancel_payment_intent,
    ),
    _route(
        "GET /v1/charges",
        "charges.list",
        "ChargeListParams",
        f"customer payment_intent {CURSOR}",
        charges.list_charges,
    ),
    _route(
        "GET /v1/charges/{charge}",
        "charges.retrieve",
        "ChargeRetrieveParams",
        "",
        charges.retrieve_charge,
    ),
    _route(
        "POST /v1/refunds",
        "refunds.create",
        "RefundCreateParams",
        "amount charge metadata payment_intent reason",
        refunds.create_refund,
    ),
    _route(
        "GET /v1/refunds",
        "refunds.list",
        "RefundListParams",
        f"charge payment_intent {CURSOR}",
        refunds.list_refunds,
    ),
    _route(
        "GET /v1/refunds/{refund}",
        "refunds.retrieve",
        "RefundRetrieveParams",
        "",
        refunds.retrieve_refund,
    ),
    _route(
        "POST /v1/refunds/{refund}",
        "refunds.update",
        "RefundUpdateParams",
        "metadata",
        refunds.update_refund,
    ),
    _route(
        "GET /v1/disputes",
        "disputes.list",
        "DisputeListParams",
        f"charge payment_intent {CURSOR}",
        disputes.list_disputes,
    ),
    _route(
        "GET /v1/disputes/{dispute}",
        "disputes.retrieve",
        "DisputeRetrieveParams",
        "",
        disputes.retrieve_dispute,
    ),
    _route(
        "GET /v1/events",
        "events.list",
        "EventListParams",
        f"type types {CURSOR}",
        events.list_events,
    ),
    _route(
        "GET /v1/events/{id}", "events.retrieve", "EventRetrieveParams", "", events.retrieve_event
    ),
)


def find(verb: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The route of a request and the ids in its address."""
    for route in ROUTES:
        ids = route.ids(path) if route.verb == verb else None
        if ids is not None:
            return route, ids
    return None
