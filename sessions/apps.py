from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Labelled apart from Django's own `sessions` app, which Django would otherwise refuse."""

    name = "sessions"
    label = "therapy_sessions"
