"""What the style page shows: made-up rows that are never saved, and a form with one field of each kind."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.models import Text
from qiao.directory.models import Organisation, Person
from qiao.events.models import Event, Participation


class SampleForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("of a thing", "name"), help_text=_("As it stands in the register."))
    email = forms.EmailField(label=_("e-mail"), required=False)
    type = forms.ChoiceField(label=_("type"), choices=Organisation.Type)
    state = forms.ChoiceField(label=_("Phase"), choices=Event.Phase, widget=forms.RadioSelect)
    sizes = forms.MultipleChoiceField(
        label=_("size"),
        required=False,
        choices=Organisation.Size,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "in-columns"}),
    )
    message = forms.CharField(label=_("message"), widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label=_("agreed"), required=False)


def samples(data: QueryDict | None) -> dict[str, Any]:
    """The context of the style page; with `data` the form shows its errors."""
    jinan = ZoneInfo("Asia/Shanghai")
    start = datetime(2027, 11, 4, 10, 40, tzinfo=jinan)
    chinese = Organisation(
        name="济南泉城激光设备有限公司", name_latin="Jinan Quancheng Laser Equipment", name_language="zh"
    )
    chinese.city, chinese.country, chinese.languages = "济南", "CN", ["zh", "en:B2"]
    german = Organisation(name="Elbe Lasertechnik GmbH", name_language="de", city="Dresden", country="DE")
    german.languages = ["de", "en"]
    return {
        "chinese": chinese,
        "german": german,
        "person": Person(name="王立", name_latin="Wáng Lì", languages=["zh", "en:B2"]),
        "edition": Event(names={"de": "Konferenz 2027", "zh": "2027年大会", "en": "Conference 2027"}, city="济南", time_zone=jinan.key),
        "start": start,
        "end": start + timedelta(minutes=25),
        "offer": Text(language="zh", text="激光设备在中国的销售与售后服务。"),
        "translated": Text(language="de", text="Vertrieb und Kundendienst für Laseranlagen in China.", origin=Text.Origin.MACHINE),
        "states": Participation.State.choices,
        "page": Paginator(range(60), 20).get_page(2),
        "form": SampleForm(data),
    }  # fmt: skip
