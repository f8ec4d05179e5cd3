"""Pictures for the documentation, drawn from the figures of `qiao bench planning`: SVG that needs nothing else."""

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

Line = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 34, 40
INKS = ("#0f6b66", "#b3541e", "#4a5aa8", "#7a6a2f", "#8a3a6b")


def diagram(title: str, across: str, lines: Mapping[str, Line], *, logarithmic: bool = False) -> str:
    """Lines by name over `across`, whose points are (x, y); both axes begin at 0, or both are logarithmic."""
    points = [point for line in lines.values() for point in line]
    x_ticks, y_ticks = (ticks([point[k] for point in points], logarithmic) for k in (0, 1))

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            LEFT + part(x, x_ticks, logarithmic) * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - part(y, y_ticks, logarithmic) * (HEIGHT - TOP - BOTTOM),
        )

    found = [text(LEFT, 18, title, weight="600")]
    for y in y_ticks:
        across_at = at(x_ticks[0], y)[1]
        found.append(f'<path d="M{LEFT} {across_at:.1f}H{WIDTH - RIGHT}" stroke="#e3dfd6"/>')
        found.append(text(LEFT - 8, across_at + 4, f"{y:g}", anchor="end"))
    found += [text(at(x, y_ticks[0])[0], HEIGHT - BOTTOM + 18, f"{x:g}", anchor="middle") for x in x_ticks]
    found.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, across, anchor="middle"))
    rows = sorted(lines, key=lambda name: -lines[name][-1][1])
    for row, name in enumerate(rows):
        ink = INKS[list(lines).index(name) % len(INKS)]
        track = " ".join(f"{a:.1f},{b:.1f}" for a, b in (at(*point) for point in lines[name]))
        found.append(f'<polyline points="{track}" fill="none" stroke="{ink}" stroke-width="1.8"/>')
        found.append(text(WIDTH - RIGHT + 10, TOP + 12 + 18 * row, name, ink=ink))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">'
    return "\n".join([head, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>', *found, "</svg>", ""])


def text(x: float, y: float, words: str, *, anchor: str = "start", weight: str = "400", ink: str = "#1c2024") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-weight="{weight}" fill="{ink}">{escape(words)}</text>'


def part(value: float, marks: Sequence[float], logarithmic: bool) -> float:
    """How far along its axis a value lies, from 0 to 1."""
    low, high = marks[0], marks[-1]
    if logarithmic:
        return (log10(value) - log10(low)) / (log10(high) - log10(low))
    return (value - low) / (high - low)


def ticks(values: Sequence[float], logarithmic: bool) -> list[float]:
    """Round numbers from 0 (or from below the least value) to above the greatest."""
    steps = [digit * 10.0**power for power in range(-4, 7) for digit in (1, 2, 5)]
    if logarithmic:
        first = max(k for k, step in enumerate(steps) if step <= min(values))
        last = min(k for k, step in enumerate(steps) if step >= max(values))
        return steps[first : max(last, first + 1) + 1]
    step = next(step for step in steps if step * 5 >= max(values))
    return [round(k * step, 9) for k in range(6)]
