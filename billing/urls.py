from django.urls import path

from billing import views, webhooks

app_name = "billing"
urlpatterns = [
    path("stripe/webhook/", webhooks.stripe_webhook, name="stripe_webhook"),
    path("relationships/<int:pk>/resend/", views.resend_request, name="resend_request"),
    path("relationships/<int:pk>/link/", views.copy_link, name="copy_link"),
    path("relationships/<int:pk>/revoke/", views.revoke_request, name="revoke_request"),
    path("relationships/<int:pk>/agreement/", views.record_mandate, name="record_mandate"),
]
