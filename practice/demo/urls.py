from django.urls import path

from practice.demo import views

app_name = "demo"
urlpatterns = [
    path("mail/", views.mail, name="mail"),
    path("mail/<slug:name>/", views.mail_one, name="mail_one"),
    path("mail/<slug:name>/html/", views.mail_html, name="mail_html"),
    path("mail/<slug:name>/file/<int:place>/", views.mail_file, name="mail_file"),
]
