"""Which requests there are: each is a method of a service in the stripe package, with its typed parameters."""

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
from practice.demo.stripe_stand_in.route import Route, route

CURSOR = "ending_before limit starting_after"
DATED = f"created {CURSOR}"

ROUTES = (
    route(
        "POST /v1/customers",
        "customers.create",
        "CustomerCreateParams",
        "address description email invoice_settings metadata name phone",
        customers.create_customer,
    ),
    route(
        "GET /v1/customers",
        "customers.list",
        "CustomerListParams",
        f"email {DATED}",
        customers.list_customers,
    ),
    route(
        "GET /v1/customers/{customer}",
        "customers.retrieve",
        "CustomerRetrieveParams",
        "",
        customers.retrieve_customer,
    ),
    route(
        "POST /v1/customers/{customer}",
        "customers.update",
        "CustomerUpdateParams",
        "address description email invoice_settings metadata name phone",
        customers.update_customer,
    ),
    route(
        "DELETE /v1/customers/{customer}",
        "customers.delete",
        "CustomerDeleteParams",
        "",
        customers.delete_customer,
    ),
    route(
        "GET /v1/customers/{customer}/payment_methods",
        "customers.payment_methods.list",
        "CustomerPaymentMethodListParams",
        f"type {CURSOR}",
        payment_methods.list_customer_payment_methods,
    ),
    route(
        "GET /v1/customers/{customer}/payment_methods/{payment_method}",
        "customers.payment_methods.retrieve",
        "CustomerPaymentMethodRetrieveParams",
        "",
        payment_methods.retrieve_customer_payment_method,
    ),
    route(
        "GET /v1/payment_methods",
        "payment_methods.list",
        "PaymentMethodListParams",
        f"customer type {CURSOR}",
        payment_methods.list_payment_methods,
    ),
    route(
        "GET /v1/payment_methods/{payment_method}",
        "payment_methods.retrieve",
        "PaymentMethodRetrieveParams",
        "",
        payment_methods.retrieve_payment_method,
    ),
    route(
        "POST /v1/payment_methods/{payment_method}",
        "payment_methods.update",
        "PaymentMethodUpdateParams",
        "allow_redisplay billing_details card metadata",
        payment_methods.update_payment_method,
    ),
    route(
        "POST /v1/payment_methods/{payment_method}/attach",
        "payment_methods.attach",
        "PaymentMethodAttachParams",
        "customer",
        payment_methods.attach_payment_method,
    ),
    route(
        "POST /v1/payment_methods/{payment_method}/detach",
        "payment_methods.detach",
        "PaymentMethodDetachParams",
        "",
        payment_methods.detach_payment_method,
    ),
    route(
        "POST /v1/checkout/sessions",
        "checkout.sessions.create",
        "checkout.SessionCreateParams",
        "allowed_payment_method_types billing_address_collection cancel_url client_reference_id currency custom_text "
        "customer customer_email expires_at locale metadata mode setup_intent_data success_url ui_mode",
        checkout.create_session,
    ),
    route(
        "GET /v1/checkout/sessions",
        "checkout.sessions.list",
        "checkout.SessionListParams",
        f"customer status {DATED}",
        checkout.list_sessions,
    ),
    route(
        "GET /v1/checkout/sessions/{session}",
        "checkout.sessions.retrieve",
        "checkout.SessionRetrieveParams",
        "",
        checkout.retrieve_session,
    ),
    route(
        "POST /v1/checkout/sessions/{session}/expire",
        "checkout.sessions.expire",
        "checkout.SessionExpireParams",
        "",
        checkout.expire_session,
    ),
    route(
        "GET /v1/setup_intents",
        "setup_intents.list",
        "SetupIntentListParams",
        f"customer payment_method {DATED}",
        setup_intents.list_setup_intents,
    ),
    route(
        "GET /v1/setup_intents/{intent}",
        "setup_intents.retrieve",
        "SetupIntentRetrieveParams",
        "",
        setup_intents.retrieve_setup_intent,
    ),
    route(
        "POST /v1/payment_intents",
        "payment_intents.create",
        "PaymentIntentCreateParams",
        "amount automatic_payment_methods confirm currency customer description error_on_requires_action metadata "
        "off_session payment_method receipt_email return_url statement_descriptor_suffix",
        payment_intents.create_payment_intent,
    ),
    route(
        "GET /v1/payment_intents",
        "payment_intents.list",
        "PaymentIntentListParams",
        f"customer {DATED}",
        payment_intents.list_payment_intents,
    ),
    route(
        "GET /v1/payment_intents/{intent}",
        "payment_intents.retrieve",
        "PaymentIntentRetrieveParams",
        "",
        payment_intents.retrieve_payment_intent,
    ),
    route(
        "POST /v1/payment_intents/{intent}",
        "payment_intents.update",
        "PaymentIntentUpdateParams",
        "description metadata payment_method receipt_email",
        payment_intents.update_payment_intent,
    ),
    route(
        "POST /v1/payment_intents/{intent}/confirm",
        "payment_intents.confirm",
        "PaymentIntentConfirmParams",
        "error_on_requires_action off_session payment_method receipt_email return_url",
        payment_intents.confirm_payment_intent,
    ),
    route(
        "POST /v1/payment_intents/{intent}/cancel",
        "payment_intents.cancel",
        "PaymentIntentCancelParams",
        "cancellation_reason",
        payment_intents.cancel_payment_intent,
    ),
    route(
        "GET /v1/charges",
        "charges.list",
        "ChargeListParams",
        f"customer payment_intent {DATED}",
        charges.list_charges,
    ),
    route(
        "GET /v1/charges/{charge}",
        "charges.retrieve",
        "ChargeRetrieveParams",
        "",
        charges.retrieve_charge,
    ),
    route(
        "POST /v1/refunds",
        "refunds.create",
        "RefundCreateParams",
        "amount charge metadata payment_intent reason",
        refunds.create_refund,
    ),
    route(
        "GET /v1/refunds",
        "refunds.list",
        "RefundListParams",
        f"charge payment_intent {DATED}",
        refunds.list_refunds,
    ),
    route(
        "GET /v1/refunds/{refund}",
        "refunds.retrieve",
        "RefundRetrieveParams",
        "",
        refunds.retrieve_refund,
    ),
    route(
        "POST /v1/refunds/{refund}",
        "refunds.update",
        "RefundUpdateParams",
        "metadata",
        refunds.update_refund,
    ),
    route(
        "GET /v1/disputes",
        "disputes.list",
        "DisputeListParams",
        f"charge payment_intent {DATED}",
        disputes.list_disputes,
    ),
    route(
        "GET /v1/disputes/{dispute}",
        "disputes.retrieve",
        "DisputeRetrieveParams",
        "",
        disputes.retrieve_dispute,
    ),
    route(
        "GET /v1/events",
        "events.list",
        "EventListParams",
        f"type types {DATED}",
        events.list_events,
    ),
    route(
        "GET /v1/events/{id}", "events.retrieve", "EventRetrieveParams", "", events.retrieve_event
    ),
)


def find(verb: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The route of a request and the ids in its address."""
    for each in ROUTES:
        ids = each.ids(path) if each.verb == verb else None
        if ids is not None:
            return each, ids
    return None
