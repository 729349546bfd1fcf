from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "practice.demo"
    label = "demo"
