"""The accuracy-against-cost chart as lines, dots and words, to be written as SVG or PNG.

For exports alone: they need no script, have a white ground, and look the same on every machine.
"""

import html
import io
import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from cnnlab.plots._style import GREY
from cnnlab.plots.comparison.charts import Point

WIDTH, HEIGHT = 900, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 78, 40, 24, 56
_INK = "#1C2733"
_PALE = "#D8DCE2"
_SIZE = 13  # pixels of the letters
_SCALE = 2  # PNG pixels for one of the drawing's


class Segment(NamedTuple):
    """From one place to another."""

    x: float
    y: float
    to_x: float
    to_y: float
    color: str
    width: float


class Dot(NamedTuple):
    """A filled circle."""

    x: float
    y: float
    color: str


class Words(NamedTuple):
    """Text whose `anchor` ("start", "middle", "end") stands at x and whose middle at y."""

    x: float
    y: float
    text: str
    anchor: str


Shape = Segment | Dot | Words
Scale = Callable[[float], float]


def scene(points: Sequence[Point], front: Sequence[str], cost: str) -> list[Shape]:
    """Accuracy over a logarithmic cost axis, intervals as whiskers, the front as steps.

    Args:
        points: Measured models, cheapest first; at least one.
        front: Names of those nobody beats.
        cost: The horizontal axis' title.
    """
    across, up = _scales(points)
    return [
        *_frame(points, across, up, cost),
        *_steps([p for p in points if p.name in front], across, up),
        *(shape for number, p in enumerate(points) for shape in _model(p, number, across, up)),
    ]


def _scales(points: Sequence[Point]) -> tuple[Scale, Scale]:
    costs = [math.log10(p.cost) for p in points]
    ends = [end for p in points for end in (p.interval or (p.accuracy, p.accuracy))]
    first, last = min(costs) - 0.6, max(costs) + 0.6
    room = 0.14 * (max(ends) - min(ends)) or 0.01
    low, high = min(ends) - room, max(ends) + room

    def across(cost: float) -> float:
        return _LEFT + (math.log10(cost) - first) / (last - first) * (WIDTH - _LEFT - _RIGHT)

    def up(accuracy: float) -> float:
        return HEIGHT - _BOTTOM - (accuracy - low) / (high - low) * (HEIGHT - _TOP - _BOTTOM)

    return across, up


def _frame(points: Sequence[Point], across: Scale, up: Scale, cost: str) -> Iterator[Shape]:
    """The axes, with the least and the greatest value written at each."""
    base, end = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    accuracies = [p.accuracy for p in points]
    for accuracy in sorted({min(accuracies), max(accuracies)}):
        yield Segment(_LEFT, up(accuracy), end, up(accuracy), _PALE, 1)
        yield Words(_LEFT - 8, up(accuracy), f"{accuracy * 100:.2f} %", "end")
    for value in sorted({points[0].cost, points[-1].cost}):
        written = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
        yield Words(across(value), base + 14, written, "middle")
    yield Segment(_LEFT, base, end, base, GREY, 1)
    yield Segment(_LEFT, _TOP, _LEFT, base, GREY, 1)
    yield Words((_LEFT + end) / 2, HEIGHT - 14, f"{cost}, logarithmic", "middle")
    yield Words(_LEFT, 10, "test accuracy", "middle")


def _steps(best: Sequence[Point], across: Scale, up: Scale) -> Iterator[Shape]:
    for here, after in pairwise(best):
        x, y, to_x, to_y = (
            *(across(here.cost), up(here.accuracy)),
            *(across(after.cost), up(after.accuracy)),
        )
        yield Segment(x, y, to_x, y, GREY, 2)
        yield Segment(to_x, y, to_x, to_y, GREY, 2)


def _model(point: Point, number: int, across: Scale, up: Scale) -> Iterator[Shape]:
    x, y = across(point.cost), up(point.accuracy)
    low, high = point.interval or (point.accuracy, point.accuracy)
    yield Segment(x, up(low), x, up(high), point.mark.color, 1.5)
    yield Dot(x, y, point.mark.color)
    # Neighbors on different sides, so that names of like models do not cover each other.
    yield (
        Words(x + 10, y + 14, point.name, "start")
        if number % 2
        else Words(x - 10, y - 14, point.name, "end")
    )


def svg(shapes: Sequence[Shape], title: str) -> str:
    """The drawing as an SVG element; `title` is read to those who cannot see it."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg" font-size="{_SIZE}" fill="{_INK}">'
        f"{''.join(map(_element, shapes))}</svg>"
    )


def _element(shape: Shape) -> str:
    if isinstance(shape, Segment):
        return (
            f'<line x1="{shape.x:.1f}" y1="{shape.y:.1f}" x2="{shape.to_x:.1f}" '
            f'y2="{shape.to_y:.1f}" stroke="{shape.color}" stroke-width="{shape.width}"/>'
        )
    if isinstance(shape, Dot):
        return f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="6" fill="{shape.color}"/>'
    return (
        f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" text-anchor="{shape.anchor}" '
        f'dominant-baseline="middle">{html.escape(shape.text)}</text>'
    )


def png(shapes: Sequence[Shape]) -> bytes:
    """The drawing as a PNG file of 1800 x 840 pixels on white."""
    image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(_SIZE * _SCALE)
    for shape in shapes:
        x, y = shape.x * _SCALE, shape.y * _SCALE
        if isinstance(shape, Segment):
            ends = (x, y, shape.to_x * _SCALE, shape.to_y * _SCALE)
            pen.line(ends, shape.color, round(shape.width * _SCALE))
        elif isinstance(shape, Dot):
            pen.circle((x, y), 6 * _SCALE, shape.color)
        else:
            anchor = {"start": "lm", "middle": "mm", "end": "rm"}[shape.anchor]
            pen.text((x, y), shape.text, _INK, font, anchor)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
