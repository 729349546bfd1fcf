"""The demo's addresses, which the site has in a demo only, beside the site's own."""

from django.urls import include, path

from practice.urls import urlpatterns as site

urlpatterns = [*site, path("demo/", include("practice.demo.urls"))]
