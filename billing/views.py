from django.http import Http404, HttpRequest, HttpResponse


def resend_request(request: HttpRequest, pk: int) -> HttpResponse:
    raise Http404


copy_link = revoke_request = record_mandate = resend_request
