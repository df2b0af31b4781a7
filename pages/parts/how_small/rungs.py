"""The rungs of a study as a table."""

from collections.abc import Sequence

from cnnlab.studies import AXES, Answer, Axis, Point, smallest_board


def rows(found: Answer) -> list[dict[str, object]]:
    """A line for each finished rung, all four costs in it."""
    return [_row(point, found) for point in found.points]


def _row(point: Point, found: Answer) -> dict[str, object]:
    low, high = point.spread
    mixed = point.mixed
    return {
        "Network": point.network,
        "Input": "x".join(map(str, point.candidate.input_shape)),
        **{axis.title: axis.of(point.costs) for axis in shown_axes(found.points)},
        "Accuracy": point.accuracy,
        "Spread": f"{low:.2%} to {high:.2%}" if len(point.accuracies) > 1 else "one seed",
        "Mixes up most": f"{mixed.one} and {mixed.other} ({mixed.share:.0%})" if mixed else "",
        "Runs on, at least": smallest_board(point),
        "look": f"inside?run={point.runs[0]}",
        "shrink": f"compress?run={point.runs[0]}",
    }


def shown_axes(points: Sequence[Point]) -> list[Axis]:
    """The costs that are known."""
    return [axis for axis in AXES.values() if any(axis.of(point.costs) for point in points)]
