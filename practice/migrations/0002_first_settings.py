from django.db import migrations


def write_first_settings(apps, schema_editor):
    apps.get_model("practice", "Practice").objects.get_or_create(
        pk=1, defaults={"name": "Our practice", "email": "office@example.com"}
    )


class Migration(migrations.Migration):
    dependencies = [("practice", "0001_initial")]

    operations = [migrations.RunPython(write_first_settings, migrations.RunPython.noop)]
