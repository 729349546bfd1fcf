"""Small presentational tags: icons, status words, breadcrumbs, buttons that post. No rule of the practice here."""

from typing import Any

from django import template
from django.shortcuts import resolve_url
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from practice.wording import say_number

register = template.Library()
register.filter("say_number", say_number)

TONES = ("", "good", "warn", "bad", "ahead")


@register.simple_block_tag
def capture(content: SafeString) -> SafeString:
    """What stands between the tags, trimmed; `{% capture as name %}…{% endcapture %}` keeps it in a variable."""
    return SafeString(content.strip())


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One picture of static/icons.svg. With a label it is read aloud; without one it is decoration."""
    href = f"{static('icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.simple_tag
def status(tone: str, label: object) -> SafeString:
    """A status word with its tint and shape. Tones: '' (plain), good, warn, bad, ahead (still to come)."""
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"status: unknown tone {tone!r}, use one of {TONES}")
    return format_html('<span class="status {}">{}</span>', tone, label)


@register.simple_tag
def crumb(label: object, to: Any = None, *args: Any, **kwargs: Any) -> SafeString:
    """One step of the breadcrumb: a link when `to` is a view name, an address or a model object, else plain text."""
    if to is None:
        return format_html("<li>{}</li>", label)
    return format_html('<li><a href="{}">{}</a></li>', resolve_url(to, *args, **kwargs), label)


@register.inclusion_tag("components/_post_button.html", takes_context=True)
def post_button(
    context: Any, label: str, action: str, style: str = "btn-quiet", **extra: Any
) -> dict[str, Any]:
    """A form of one button that posts to `action`. Extra: icon, name, value, hint (read aloud after the label)."""
    keys = ("icon", "name", "value", "hint")
    if unknown := set(extra) - set(keys):
        raise template.TemplateSyntaxError(f"post_button: unknown argument {sorted(unknown)}")
    shown = {key: extra.get(key, "") for key in keys}
    return {
        "label": label,
        "action": action,
        "style": style,
        "csrf_token": context.get("csrf_token", ""),
        **shown,
    }
