"""Template tags of the whole product: names, times and languages as the look asks for."""

from django import template

register = template.Library()
