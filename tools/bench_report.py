"""What one run of the bench measured, as docs/bench.md and a plot of how cost grows."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import log10
from pathlib import Path

WIDTH, HEIGHT, MARGIN = 560, 320, 56
DASHES = ("", "6 3", "2 3", "8 3 2 3")


@dataclass(frozen=True)
class Figure:
    """One line: a ratio within one run, or a figure of this machine; ``limit`` is None where nothing is asked."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    more: str = ""

    @property
    def over(self) -> bool:
        """Whether the limit is exceeded."""
        return self.limit is not None and self.value > self.limit


@dataclass(frozen=True)
class Curve:
    """How one program's seconds grow with a number of ``things``."""

    things: str
    name: str
    points: tuple[tuple[int, float], ...]


@dataclass
class Outcome:
    """All that a run measured, and what it could not."""

    figures: list[Figure] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)


def write(outcome: Outcome, folder: Path) -> None:
    """``outcome`` as `bench.md` and a plot for each thing that is counted, in ``folder``."""
    for things, curves in by_axis(outcome.curves).items():
        (folder / _plot_of(things)).write_text(draw(curves), encoding="utf-8")
    (folder / "bench.md").write_text(render(outcome), encoding="utf-8")


def by_axis(curves: Iterable[Curve]) -> dict[str, list[Curve]]:
    """``curves`` by what they count."""
    found: dict[str, list[Curve]] = {}
    for curve in curves:
        found.setdefault(curve.things, []).append(curve)
    return found


def _plot_of(things: str) -> str:
    return f"bench-{things}.svg"


def render(outcome: Outcome) -> str:
    """The page."""
    lines = [
        "# Bench",
        "",
        "Written by one run of `make bench`. Ratios are medians over rounds in which programs take turns; they hold",
        "on other machines, the absolute figures do not. A limit is what we ask of ourselves.",
        "",
        f"Machine: {machine()}.",
        "",
        "| what | figure | limit | |",
        "|---|---|---|---|",
        *(_row(figure) for figure in outcome.figures),
        "",
    ]
    for things, curves in by_axis(outcome.curves).items():
        lines += [f"![seconds against the number of {things}]({_plot_of(things)})", "", *_table(curves), ""]
    if outcome.not_run:
        lines += ["Not run: " + "; ".join(outcome.not_run) + ".", ""]
    return "\n".join(lines)


def _row(figure: Figure) -> str:
    limit = "" if figure.limit is None else f"{figure.limit:g} {figure.unit}"
    name = f"**{figure.name}**" if figure.over else figure.name
    return f"| {name} | {figure.value:.2f} {figure.unit}{' (over)' if figure.over else ''} | {limit} | {figure.more} |"


def _table(curves: Sequence[Curve]) -> list[str]:
    counts = [count for count, _ in curves[0].points]
    rows = (f"| {curve.name} | {' | '.join(f'{seconds:.2f} s' for _, seconds in curve.points)} |" for curve in curves)
    return [
        f"| {curves[0].things} | {' | '.join(f'{count:,}' for count in counts)} |",
        "|---" * (len(counts) + 1) + "|",
        *rows,
    ]


def draw(curves: Iterable[Curve]) -> str:
    """Both axes logarithmic, so that what grows linearly is a straight line upwards."""
    found = list(curves)
    points = [point for curve in found for point in curve.points]
    if not points:
        return '<svg xmlns="http://www.w3.org/2000/svg"/>\n'
    across = _scale([count for count, _ in points], MARGIN, WIDTH - 200)
    up = _scale([seconds for _, seconds in points], HEIGHT - MARGIN, MARGIN / 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        '     font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{WIDTH / 2 - 60}" y="{HEIGHT - 8}">{found[0].things}</text>',
        '<text x="4" y="14">seconds</text>',
    ]
    counts = sorted({count for count, _ in points})
    parts += [f'<text x="{across(count) - 18:.0f}" y="{HEIGHT - MARGIN + 20}">{count:,}</text>' for count in counts]
    for number, curve in enumerate(found):
        line = " ".join(f"{across(count):.1f},{up(seconds):.1f}" for count, seconds in curve.points)
        last, seconds = curve.points[-1]
        dash = DASHES[number % len(DASHES)]
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="black" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        parts.append(f'<text x="{across(last) + 6:.0f}" y="{up(seconds) + 4:.0f}">{curve.name}, {seconds:.2f} s</text>')
    return "\n".join([*parts, "</svg>", ""])


def _scale(values: Sequence[float], low: float, high: float) -> Callable[[float], float]:
    """Logarithms of ``values`` onto the stretch from ``low`` to ``high``."""
    first, span = log10(min(values)), log10(max(values)) - log10(min(values)) or 1.0
    return lambda value: low + (high - low) * (log10(value) - first) / span


def machine() -> str:
    """What was measured on, without its name."""
    return f"{_processor()}, Linux, Python {platform.python_version()}, {version_of('g++')}"


def _processor() -> str:
    info = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    models = [line.partition(":")[2].strip() for line in info if line.startswith("model name")]
    return f"{len(models) or 1} × {models[0] if models else platform.machine()}"


def version_of(program: str) -> str:
    """The first line that ``program`` says of its version."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).splitlines()[0].strip() if done.stdout or done.stderr else program
