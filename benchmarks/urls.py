"""The application's addresses, and the null view that everything is compared with."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path


def null(request: HttpRequest) -> HttpResponse:
    """The least a page of staff can do: a sign-in, an HTTP session, a trivial template."""
    return render(request, "benchmarks/null.html")


urlpatterns = [
    path("null/", null),
    path("", include("practice.urls")),
]
