"""Pages behind e-mailed links. The token is the only authority; addresses say nothing of health."""

from django.urls import path

from portal import views

app_name = "portal"
urlpatterns = [
    path("card/<str:token>/", views.add_card, name="add_card"),
    path("card/<str:token>/back/", views.add_card_return, name="add_card_return"),
    path("card/<str:token>/cancelled/", views.add_card_cancelled, name="add_card_cancelled"),
    path("card/<str:token>/not-me/", views.not_me, name="not_me"),
    path("new-link/<str:token>/", views.send_new_link, name="send_new_link"),
    path("your-card/<str:token>/", views.your_card, name="your_card"),
    path("your-card/<str:token>/back/", views.your_card_return, name="your_card_return"),
    path("your-card/<str:token>/remove/", views.remove_card, name="remove_card"),
    path(
        "your-card/<str:token>/agreement/<int:mandate_id>/",
        views.withdraw_agreement,
        name="withdraw_agreement",
    ),
    path("not-right/<str:token>/", views.not_right, name="not_right"),
]
