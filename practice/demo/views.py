"""The mail the demo practice sent, readable without signing in: a newcomer reads what a client gets."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from practice.demo import mailbox

# Links of a mail open in a tab of their own; nothing else in it may do anything.
FRAME = "allow-popups allow-popups-to-escape-sandbox"
HTML_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox {FRAME}"
)


@login_not_required
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/mail.html", {"mails": mailbox.newest()})


@login_not_required
@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def mail_one(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "demo/mail_one.html", {"mail": _found(name), "sandbox": FRAME})


@login_not_required
@require_safe
@xframe_options_sameorigin
def mail_html(_request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, for the frame: under a policy that lets it have style and nothing else."""
    page = _found(name).html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(
        page,
        headers={"Content-Security-Policy": HTML_POLICY, "Referrer-Policy": "no-referrer"},
    )


@login_not_required
@require_safe
def mail_file(_request: HttpRequest, name: str, place: int) -> HttpResponse:
    attachments = _found(name).attachments
    if place >= len(attachments):
        raise Http404
    return HttpResponse(
        attachments[place].content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="invite.ics"'},
    )


def _found(name: str) -> mailbox.Mail:
    if (found := mailbox.find(name)) is None:
        raise Http404
    return found
