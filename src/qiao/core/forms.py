"""How forms are drawn."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Label above, help below, error beside the field: templates/components/form.html."""
