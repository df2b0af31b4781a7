"""The answer in one sentence, made of the figures alone."""

import itertools
import math
from collections.abc import Iterable, Sequence

from cnnlab.studies._axes import Axis
from cnnlab.studies._points import Point, knee

MIXED_UP = 0.25  # of two classes' pictures called one of the two; one half is a coin's toss


def sentence(title: str, axis: Axis, points: Sequence[Point]) -> str:
    """The answer, made of the figures alone.

    Args:
        title: What the reader calls the data.
        axis: The cost the points differ in.
        points: At least one, cheapest first.
    """
    small = next(point for point in points if point.rung == knee(points, axis))
    cost = axis.words(axis.of(small.costs) or 0)
    if len(points) == 1:  # nothing larger yet that it could still keep up with
        return f"On {title}, {cost} reach {small.accuracy:.1%}."
    reached = f"{cost} still reach {small.accuracy:.1%}"
    below = points[: points.index(small)]
    return f"On {title}, {reached} (within 1 point of the best); {_loss(axis, small, below)}."


def _loss(axis: Axis, small: Point, below: Sequence[Point]) -> str:
    """What goes first below the knee: from large to small the first rung that mixes two up."""
    if not below:
        return "that is the smallest tried, so nothing is lost yet: try smaller ones"
    above = small
    for point in reversed(below):
        if point.mixed and point.mixed.share >= MIXED_UP:
            limit = f"{axis.of(above.costs) or 0:,}"
            return f"below {limit} it no longer tells {point.mixed.one} from {point.mixed.other}"
        above = point
    least = below[0]
    most = f"{axis.of(least.costs) or 0:,} read {least.accuracy:.1%}"
    if least.mixed is None:
        return f"and {most}"
    pair = f"{least.mixed.one} and {least.mixed.other}"
    return f"{most}, and mix up {pair} most ({least.mixed.share:.0%} of them)"


def ranking(title: str, points: Sequence[Point]) -> str:
    """Where rungs differ in something else than a cost: the best, the worst, and the distance."""
    best = max(points, key=lambda point: point.accuracy)
    low, high = best.spread
    if len(points) == 1:
        return (
            f"On {title}, {best.title} reads {best.accuracy:.1%} on average, from {low:.1%} to "
            f"{high:.1%} over {len(best.accuracies)} seeds."
        )
    worst = min(points, key=lambda point: point.accuracy)
    return (
        f"On {title}, {best.title} reads most ({best.accuracy:.1%}) and {worst.title} least "
        f"({worst.accuracy:.1%})."
    )


def ways_sentence(axis: Axis, points: Iterable[Point]) -> str:
    """Which way down reads most at equal cost; "" where no two ways lead to the same costs.

    Networks on two ways seldom cost exactly the same, so each way is a curve, straight between its
    points over the logarithm of the cost, and the means over the costs that all curves cover are
    compared. Of curves that share none, the shortest is left out.

    Args:
        axis: The cost that is to be equal.
        points: All finished ones, each with its way.
    """
    curves = _shared(_curves(axis, points))
    if len(curves) < 2:
        return ""
    low, high = _covered(curves.values())
    means = {way: _mean(curve, low, high) for way, curve in curves.items()}
    best, second, *rest = sorted(means, key=lambda way: -means[way])
    least, most = f"{math.exp(low):,.0f}", axis.words(math.exp(high))
    others = ", ".join(f"{way} {means[way]:.1%}" for way in (second, *rest))
    words = f"from {least} to {most} it reads {means[best]:.1%} on average, {others}"
    tested = sum(point.tested for point in points if point.way == best)
    if means[best] - means[second] < _chance(means[best], tested):
        return f"At equal cost {best} and {second} lose least, and may differ by chance: {words}."
    return f"At equal cost the best way down is {best}: {words}."


_Curve = list[tuple[float, float]]  # (logarithm of the cost, accuracy), the cheapest first


def _curves(axis: Axis, points: Iterable[Point]) -> dict[str, _Curve]:
    found: dict[str, dict[float, float]] = {}
    for point in points:
        if point.way and (cost := axis.of(point.costs)):
            curve = found.setdefault(point.way, {})
            curve[math.log(cost)] = max(point.accuracy, curve.get(math.log(cost), 0.0))
    return {way: sorted(curve.items()) for way, curve in found.items() if len(curve) > 1}


def _covered(curves: Iterable[_Curve]) -> tuple[float, float]:
    """The costs that all curves cover, as logarithms."""
    ends = [(curve[0][0], curve[-1][0]) for curve in curves]
    return max(low for low, _ in ends), min(high for _, high in ends)


def _shared(curves: dict[str, _Curve]) -> dict[str, _Curve]:
    """The curves that cover costs in common, by leaving out the shortest until there are some."""
    left = dict(curves)
    while len(left) > 1:
        low, high = _covered(left.values())
        if high > low:
            break
        del left[min(left, key=lambda way: left[way][-1][0] - left[way][0][0])]
    return left


def _mean(curve: _Curve, low: float, high: float) -> float:
    """The mean of a curve between two costs."""
    inner = [(x, y) for x, y in curve if low < x < high]
    places = [(low, _at(curve, low)), *inner, (high, _at(curve, high))]
    area = sum((x1 - x0) * (y0 + y1) / 2 for (x0, y0), (x1, y1) in itertools.pairwise(places))
    return area / (high - low)


def _at(curve: _Curve, x: float) -> float:
    """A curve's height there."""
    for (x0, y0), (x1, y1) in itertools.pairwise(curve):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return curve[-1][1]


def _chance(share: float, count: int) -> float:
    """How far two shares of so many pictures each are apart by chance, in 19 of 20 cases."""
    return 1.96 * math.sqrt(2 * max(share * (1 - share), 1e-4) / count) if count else 0.0
