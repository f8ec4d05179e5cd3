"""Forms of pictures, brochure and certificates. Files are made anew while the form is checked, so that a bad one is named."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qiao.core import files
from qiao.core.errors import Refused
from qiao.core.fields import Line
from qiao.core.forms import LocalizedField, day_field
from qiao.core.texts import tidy
from qiao.directory.showing_models import Certificate
from qiao.directory.showing_queries import MOST_PICTURES

LONGEST_WORDS = 200
PICTURES = "image/jpeg,image/png,image/webp"


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Its value is a list of pictures made anew."""

    def clean(self, data: Any, initial: Any = None) -> list[files.Picture]:
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not given:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(given) > MOST_PICTURES:
            raise ValidationError(_("Choose at most %(count)s pictures at a time.") % {"count": MOST_PICTURES})
        checked = [super(PicturesField, self).clean(one) for one in given]
        return [self._read(one, named=len(checked) > 1) for one in checked]

    @staticmethod
    def _read(file: "UploadedFile[bytes]", *, named: bool) -> files.Picture:
        try:
            return files.read_picture(file)
        except Refused as refused:
            name = tidy(file.name or "")[:80]
            raise ValidationError(f"{name}: {refused.message}" if named else refused.message) from None


class PicturesForm(forms.Form):
    pictures = PicturesField(
        label=gettext_lazy("Add pictures"), widget=SeveralFiles(attrs={"accept": PICTURES}), max_length=255,
        help_text=gettext_lazy("JPEG, PNG or WebP, several at once: at most 10 MB each and 20 MB together. Where and when they were taken is deleted."),
    )  # fmt: skip


class BrochureForm(forms.Form):
    brochure = forms.FileField(
        label=gettext_lazy("Brochure"), widget=forms.FileInput(attrs={"accept": "application/pdf"}), max_length=255,
        help_text=gettext_lazy("One PDF of at most 10 MB. Forms, scripts and attachments in it are taken out."),
    )  # fmt: skip

    def clean_brochure(self) -> files.Brochure:
        try:
            return files.read_brochure(self.cleaned_data["brochure"])
        except Refused as refused:
            raise ValidationError(refused.message) from None


class WordsForm(forms.Form):
    words = LocalizedField(
        label=gettext_lazy("What the picture shows"), longest=LONGEST_WORDS, required=False,
        help_text=gettext_lazy("In one line, for those who cannot see it, and for readers of other languages."),
    )  # fmt: skip

    def clean_words(self) -> dict[str, str]:
        words: dict[str, str] = self.cleaned_data["words"]
        return {language: tidied for language, text in words.items() if (tidied := tidy(text))}


class CertificateForm(forms.Form):
    name = Line(
        label=gettext_lazy("What is certified"), max_length=120, help_text=gettext_lazy("For example ISO 9001.")
    )
    issuer = Line(label=gettext_lazy("Issued by"), max_length=120, required=False)
    number = Line(label=gettext_lazy("Number of the certificate"), max_length=80, required=False)
    expires = day_field(
        label=gettext_lazy("Valid until"), required=False,
        help_text=gettext_lazy("Two months before, whoever keeps the profile gets a mail. Three months after, only you and the contact office see it."),
    )  # fmt: skip

    def __init__(self, *args: Any, certificate: Certificate | None = None, **kwargs: Any) -> None:
        if certificate is not None:
            kwargs["initial"] = {name: getattr(certificate, name) for name in ("name", "issuer", "number", "expires")}
        super().__init__(*args, **kwargs)
