"""Where everything is."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from practice.views import settings as settings_page
from practice.views import today

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    path("practice/", settings_page.practice_settings, name="practice_settings"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("clients/", include("clients.urls")),
    path("relationships/", include("relationships.urls")),
    path("sessions/", include("sessions.urls")),
    path("billing/", include("billing.urls")),
    path("l/", include("portal.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("practice.demo.urls")))
