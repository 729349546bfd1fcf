"""What staff fill in about cards and agreements."""

from django import forms

from billing.models import MandateManner

SPOKEN = (MandateManner.IN_PERSON, MandateManner.PHONE, MandateManner.EMAIL)


class RecordMandateForm(forms.Form):
    """The payer agreed outside the e-mailed link: how, and that the text was read to them."""

    manner = forms.ChoiceField(
        label="How did they agree?",
        choices=[(manner.value, manner.label.partition(",")[0]) for manner in SPOKEN],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how they agreed."},
    )
    is_read_out = forms.BooleanField(
        label="They know the words above and agree to them",
        error_messages={"required": "Record an agreement only when they know what they agree to."},
    )

    def clean_manner(self) -> MandateManner:
        return MandateManner(self.cleaned_data["manner"])
