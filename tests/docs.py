"""The documentation checked against the code: `python -m tests.docs`, part of `make check`.

Every setting, command and column is described, and every link of the documents leads somewhere.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def undescribed_settings() -> Iterator[str]:
    source = (ROOT / "src/qiao/settings.py").read_text(encoding="utf-8")
    described = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    used = set(re.findall(r'(?:env\.\w+|_flag|_time_zone)\("([A-Z_]+)"', source))
    internal = {"QIAO_SERVING", "QIAO_TEST"}  # set by the command line and the tests
    for name in sorted(used - internal):
        if f"`{name}`" not in described:
            yield f"docs/reference/settings.md does not describe {name}"
    for name in sorted(set(re.findall(r"^\| `([A-Z_]+)`", described, re.MULTILINE)) - used):
        yield f"docs/reference/settings.md describes {name}, which no code reads"


def undescribed_commands() -> Iterator[str]:
    from qiao.cli import app

    described = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    names = {info.name or getattr(info.callback, "__name__", "") for info in app.registered_commands}
    for name in sorted(names):
        if f"| `qiao {name}` |" not in described:
            yield f"docs/reference/commands.md does not describe qiao {name}"
    for name in sorted(set(re.findall(r"^\| `qiao ([\w-]+)` \|", described, re.MULTILINE)) - names):
        yield f"docs/reference/commands.md describes qiao {name}, which does not exist"


def undescribed_columns() -> Iterator[str]:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiao.settings")
    django.setup()
    from qiao.cli.tables import COLUMNS

    described = (ROOT / "docs/reference/imports.md").read_text(encoding="utf-8")
    for kind, names in COLUMNS.items():
        for name in names:
            if f"`{name}`" not in described:
                yield f"docs/reference/imports.md does not describe the column {name} of {kind}"


def broken_links() -> Iterator[str]:
    for document in documents():
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8")):
            if "://" not in target and not (document.parent / target).exists():
                yield f"{document.relative_to(ROOT)}: there is no {target}"


def doubly_numbered_decisions() -> Iterator[str]:
    """Each decision has its own number, and its heading begins with it."""
    first: dict[str, str] = {}
    for path in sorted((ROOT / "docs/decisions").glob("*.md")):
        number = path.name[:4]
        if first.setdefault(number, path.name) != path.name:
            yield f"docs/decisions/{path.name} has the number of {first[number]}: take the next free one"
        if not path.read_text(encoding="utf-8").startswith(f"# {int(number)}. "):
            yield f"docs/decisions/{path.name} must begin with “# {int(number)}. ”"


def main() -> int:
    problems = [
        *undescribed_settings(),
        *undescribed_commands(),
        *undescribed_columns(),
        *broken_links(),
        *doubly_numbered_decisions(),
    ]
    for problem in problems:
        print(problem)  # noqa: T201
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
