"""What `qiao demo` tells while it loads."""

import re
from pathlib import Path

from qiao.demo import load
from qiao.wording import SENTENCES, Language, sentence


def test_each_step_has_words_in_three_languages() -> None:
    steps = re.findall(r'\bsay\("([\w-]+)"\)', Path(load.__file__).read_text(encoding="utf-8"))
    assert len(steps) == 5
    assert {f"demo-{step}" for step in steps} <= set(SENTENCES)
    for step in steps:
        assert len({sentence(f"demo-{step}", language) for language in Language}) == 3
