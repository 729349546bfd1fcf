"""Pages behind e-mailed links. The token is the only authority; addresses say nothing of health."""

from django.urls import path

from portal.views import add_card, agreements, came_back, links, your_card

app_name = "portal"
urlpatterns = [
    path("card/<str:token>/", add_card.add_card, name="add_card"),
    path("card/<str:token>/back/", came_back.add_card_return, name="add_card_return"),
    path("card/<str:token>/cancelled/", add_card.add_card_cancelled, name="add_card_cancelled"),
    path("card/<str:token>/not-me/", links.not_me, name="not_me"),
    path("new-link/<str:token>/", links.send_new_link, name="send_new_link"),
    path("your-card/<str:token>/", your_card.your_card, name="your_card"),
    path("your-card/<str:token>/back/", came_back.your_card_return, name="your_card_return"),
    path("your-card/<str:token>/remove/", your_card.remove_card, name="remove_card"),
    path(
        "your-card/<str:token>/agreement/<int:mandate_id>/",
        agreements.withdraw_agreement,
        name="withdraw_agreement",
    ),
    path("not-right/<str:token>/", agreements.not_right, name="not_right"),
]
