"""Form fields for what people write."""

from typing import Any

from django import forms

from qiao.core.texts import tidy, tidy_lines


class Line(forms.CharField):
    """One line, without what deceives the eye."""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


class RunningText(forms.CharField):
    """Several lines. Measured after tidying: browsers count a line break as one character and send two."""

    def to_python(self, value: Any) -> str:
        return tidy_lines(super().to_python(value) or "")
