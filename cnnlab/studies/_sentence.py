"""The answer in one sentence, made of the figures alone."""

from collections import Counter
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


def ways_sentence(sizes: Iterable[Sequence[Point]]) -> str:
    """Which way to a size reads most, size by size; "" where no two ways lead to one.

    Args:
        sizes: The points of each size, one for each way.
    """
    compared = [points for points in sizes if len(points) > 1]
    if not compared:
        return ""
    wins = Counter(max(points, key=lambda one: one.accuracy).way for points in compared)
    each = ", ".join(f"{way} at {count}" for way, count in wins.most_common())
    size = "size" if len(compared) == 1 else "sizes"
    return f"At equal cost, of {len(compared)} {size}, most is read by the network {each}."
