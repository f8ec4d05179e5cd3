"""How forms are drawn."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Label above, help below, error beside the field: templates/components/fields.html and field.html."""

    form_template_name = "components/fields.html"
    field_template_name = "components/field.html"
