"""Chinese as it is spoken: pinyin without tones."""

import re

_HAN = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff]")


def syllables(text: str) -> list[str]:
    """济南激光 -> ji, nan, ji, guang; runs of other characters stay as they are."""
    if not _HAN.search(text):
        return [text] if text else []
    from pypinyin import lazy_pinyin  # its dictionary takes 50 MB: a process that spells no Chinese does without

    return lazy_pinyin(text)
