"""Classifications of economic activities: NACE and ISIC have the same divisions, whatever stands around them."""

import re

_CODE = re.compile(r"^(?:nace|isic)?\s*(?:rev[. ]*\d(?:[.]\d)?)?[\s:]*[a-z]?\s*(\d{2})(?:[.]?\d{1,2})?$", re.IGNORECASE)


def division_of(code: str | None) -> str | None:
    """NACE `C30.30` and `30.3`, ISIC `C3030`, `3030` and `303`, and `30` all lie in division `30`; None if the code names none."""
    found = _CODE.match(code.strip()) if code else None
    return found.group(1) if found else None
