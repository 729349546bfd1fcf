from django.http import Http404, HttpRequest, HttpResponse


def add_card(request: HttpRequest, token: str, **_: object) -> HttpResponse:
    raise Http404


add_card_return = add_card_cancelled = not_me = send_new_link = your_card = your_card_return = add_card
remove_card = withdraw_agreement = not_right = add_card
