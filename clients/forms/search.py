"""Looking for a client."""

from django import forms

from clients.listing import Show
from clients.querysets import ClientQuerySet


class SearchForm(forms.Form):
    """The clients list's search: the beginning of a name, and a filter."""

    q = forms.CharField(
        max_length=100,
        required=False,
        error_messages={"max_length": "No name here is that long. Type only its beginning."},
    )
    show = forms.ChoiceField(
        choices=Show.choices,
        required=False,
        error_messages={"invalid_choice": "There is no such filter."},
    )


class FindForm(forms.Form):
    """Looking for one person among those the reader may see."""

    q = forms.CharField(max_length=100, required=False)

    def found(self, among: ClientQuerySet) -> ClientQuerySet:
        """Nobody while nothing, or nothing sensible, was typed."""
        if not self.is_valid() or not self.cleaned_data["q"]:
            return among.none()
        return among.name_begins(self.cleaned_data["q"]).order_by("sort_name", "pk")
