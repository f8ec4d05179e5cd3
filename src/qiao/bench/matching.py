"""The matching engine beside what an office would take instead: how good, how fair, how fast. `qiao bench matching`."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from rich.console import Console
from rich.table import Table

from qiao.bench.judged import Judged, quality
from qiao.bench.keywords import demo_profiles
from qiao.bench.matching_speed import embedding, exposure, nearest_of_all, speed
from qiao.bench.translations import Pairs, translations
from qiao.engine.matching.embed import BuiltIn, Embedder, EmbedderError, Quality

SIZES = (1_000, 10_000, 30_000)
TEXTS_OF_A_PROFILE = 4

Rows = Mapping[str, Mapping[str, float]]


def run(
    judged: Judged | None = None,
    pairs: Pairs | None = None,
    *,
    sizes: Sequence[int] = SIZES,
    embedders: Mapping[str, Embedder] | None = None,
) -> dict[str, Any]:
    """Print and return all figures.

    Without judged pairs and translations only evenness and speed are measured. Default of `embedders`: those that are installed.
    """
    figures: dict[str, Any] = {"load": os.getloadavg()[0]}
    asked = installed() if embedders is None else embedders

    def show(key: str, title: str, rows: Rows) -> None:
        figures[key] = rows
        _print(title, rows)

    if judged:
        show("judged", f"Judged pairs, {judged.name}", quality(judged, asked))
    if pairs:
        show("translations", f"Translations, {pairs.name}", translations(pairs, asked))
    show("exposure", "How evenly people are shown", exposure(min(2_000, max(sizes))))
    largest = max(sizes)
    texts = [text for one in demo_profiles() for words in one for text in words.values()]
    show("embedding", "Embedding", {f"{largest} profiles": embedding(texts, TEXTS_OF_A_PROFILE * largest)})
    show("nearest", f"Best twenty of {largest} for each of {largest}", nearest_of_all(largest))
    show("speed", "Seconds by number of profiles", {str(size): speed(size) for size in sizes})
    return figures


def installed() -> dict[str, Embedder]:
    """The built-in one, and with the extra `quality` that too."""
    found: dict[str, Embedder] = {"built-in": BuiltIn()}
    with suppress(EmbedderError):
        found["quality"] = Quality()
    return found


def _print(title: str, rows: Rows) -> None:
    """A line for each figure and a column for each row, whichever way is narrower on a terminal."""
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    table = Table(title=f"{title} (load average {os.getloadavg()[0]:.1f})")
    table.add_column()
    across, down = (rows, names) if len(names) > len(rows) else (names, rows)
    for heading in across:
        table.add_column(heading, justify="right")
    for name in down:
        cells = (rows[other].get(name) if across is rows else rows[name].get(other) for other in across)
        table.add_row(name, *("" if value is None else f"{value:.3f}" for value in cells))
    Console().print(table)
