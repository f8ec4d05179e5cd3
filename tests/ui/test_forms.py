"""How forms are drawn: label above, help below, error beside, all tied to the field."""

import re

import pytest
from django import forms

from qiao.site.samples import SampleForm


class AskForm(forms.Form):
    city = forms.CharField(label="Ort", help_text="Wo Sie arbeiten.")
    note = forms.CharField(label="Notiz", required=False)
    days = forms.MultipleChoiceField(
        label="Tage", choices=[("1", "Mo"), ("2", "Di")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="Ja")
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        raise forms.ValidationError("So geht es nicht.")


def test_label_help_and_error_are_tied_to_the_field():
    drawn = str(AskForm({}))
    field = re.search(r'<input type="text" name="city"[^>]*>', drawn)
    assert field
    assert 'aria-describedby="id_city_helptext id_city_error"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    for part in ('<label for="id_city">Ort', 'id="id_city_helptext">Wo Sie arbeiten.', 'id="id_city_error"'):
        assert part in drawn
    order = [drawn.index(part) for part in ('for="id_city"', 'name="city"', 'id="id_city_helptext"')]
    assert order == sorted(order)


def test_several_choices_are_one_group_with_a_legend():
    drawn = str(AskForm({}))
    group = drawn[drawn.index("<fieldset") : drawn.index("</fieldset>")]
    assert 'aria-describedby="id_days_error"' in group
    assert "<legend>Tage" in group
    assert group.count('type="checkbox"') == 2


def test_a_tick_stands_before_its_label_and_hidden_fields_have_none():
    drawn = str(AskForm())
    assert re.search(r'<label for="id_agreed"><input type="checkbox" name="agreed"[^>]*><span>Ja</span></label>', drawn)
    assert 'name="token"' in drawn
    assert "id_token_" not in drawn


def test_what_concerns_the_whole_form_is_announced():
    assert re.search(r'<div class="form-errors" role="alert"><ul[^>]*><li>So geht es nicht.', str(AskForm({})))


@pytest.mark.parametrize(("field", "optional"), [("name", False), ("email", True)])
def test_optional_fields_say_so(field, optional):
    drawn = str(SampleForm()[field].as_field_group())
    assert ('class="optional"' in drawn) is optional
