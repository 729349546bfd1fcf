"""The team in the admin: who works here, in which roles, and how they sign in.

Django's groups and allauth's own pages are taken out: roles are ticks, and a second factor is shown
without its secret.
"""

from typing import Any

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.admin import AuthenticatorAdmin
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest

from practice.admin_base import AuditedAdmin, ReadOnlyAdmin, signed_in
from practice.team.models import User

ROLES = (
    "is_owner",
    "is_practice_manager",
    "is_therapist",
    "is_supervisor",
    "is_scheduler",
    "is_biller",
)
POWERS = ("is_staff", "is_superuser")

# allauth's admin modules are imported so that they have registered these before they are taken out.
assert admin.site.get_model_admin(EmailAddress).__class__ is EmailAddressAdmin
assert admin.site.get_model_admin(Authenticator).__class__ is AuthenticatorAdmin
admin.site.unregister([Group, EmailAddress, Authenticator])


class AddUserForm(AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ["email", "name"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).casefold()


class ChangeUserForm(UserChangeForm[User]):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type[forms.Field]] = {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).casefold()


@admin.register(User)
class TeamAdmin(AuditedAdmin, UserAdmin):  # type: ignore[type-arg]
    """Who works here. Nobody is deleted: an account is switched off, what they did stays theirs."""

    form = ChangeUserForm
    add_form = AddUserForm
    list_display = (
        "name",
        "email",
        *ROLES,
        "is_staff",
        "is_active",
    )
    list_filter = (
        "is_active",
        *ROLES,
    )
    search_fields = (
        "name__istartswith",
        "email__istartswith",
    )
    ordering = ("name",)
    filter_horizontal = ()
    readonly_fields = (
        "last_login",
        "joined_at",
    )
    add_fieldsets = [
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
        ("Roles", {"fields": ("time_zone", *ROLES)}),
    ]
    fieldsets = [
        (None, {"fields": ("name", "email", "password", "time_zone", "is_active")}),
        ("Roles", {"fields": ROLES}),
        ("These records", {"fields": POWERS}),
        ("When", {"fields": readonly_fields}),
    ]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only a superuser changes an owner or a superuser: their e-mail, password and roles."""
        is_above = obj is not None and (obj.is_superuser or obj.is_owner)
        if is_above and not signed_in(request).is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Only a superuser hands out what opens more than one has oneself."""
        is_super = signed_in(request).is_superuser
        return [*self.readonly_fields, *([] if is_super else [*POWERS, "is_owner"])]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save, audit, and let the new address be the verified one to sign in with."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()
            EmailAddress.objects.update_or_create(
                user=obj, email=obj.email, defaults={"verified": True, "primary": True}
            )


@admin.register(Authenticator)
class SecondFactorAdmin(ReadOnlyAdmin):
    """Who has a second factor. Removing one lets a colleague who lost theirs sign in and set up anew."""

    list_display = (
        "user",
        "type",
        "created_at",
        "last_used_at",
    )
    fields = (
        "user",
        "type",
        "created_at",
        "last_used_at",
    )
    list_select_related = ("user",)
    search_fields = (
        "user__name__istartswith",
        "user__email__istartswith",
    )

    def has_delete_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        return signed_in(request).is_superuser
