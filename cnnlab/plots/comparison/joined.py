"""Lines that say what belongs together: the rungs of a ladder, the front of a study."""

from collections.abc import Sequence
from typing import Any

from cnnlab.plots._style import PALETTE, plain
from cnnlab.plots.comparison.points import Point, front_places, height


def ladder_lines(points: Sequence[Point], errors: bool) -> list[dict[str, Any]]:
    """A dotted line through the rungs of each ladder, cheapest first."""
    ladders: dict[str, list[Point]] = {}
    for point in points:
        if point.ladder:
            ladders.setdefault(point.ladder, []).append(point)
    return [
        {
            "type": "scatter",
            "mode": "lines+markers" if rungs[0].alike else "lines",
            "name": plain(f"{title}: one network in {len(rungs)} sizes"),
            "x": [rung.cost for rung in rungs],
            "y": [height(rung.accuracy, errors) for rung in rungs],
            "line": {"color": rungs[0].mark.color, "width": 1.5, "dash": "dot"},
            "marker": {"color": rungs[0].mark.color, "symbol": rungs[0].mark.symbol, "size": 7},
            "hoverinfo": "skip",
        }
        for title, rungs in ladders.items()
        if len(rungs) > 1
    ]


def study_lines(points: Sequence[Point], errors: bool) -> list[dict[str, Any]]:
    """The front of each study, cheapest first, so that it is seen where it meets the front of all.

    Its colors are left over by the runs as a rule: they are counted from the palette's end.
    """
    studies: dict[str, list[Point]] = {}
    for point in points:
        if point.study:
            studies.setdefault(point.study, []).append(point)
    found = []
    for number, (name, members) in enumerate(studies.items()):
        best = [members[place] for place in front_places([one.accuracy for one in members])]
        if len(members) < 2:
            continue
        color = PALETTE[-2 - number % (len(PALETTE) - 1)]
        found.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": plain(f"front of the study {name}"),
                "x": [one.cost for one in best],
                "y": [height(one.accuracy, errors) for one in best],
                "line": {"color": color, "width": 2, "dash": "dashdot"},
                "marker": {
                    "symbol": "diamond-open",
                    "size": 20,
                    "color": color,
                    "line": {"width": 1.5},
                },
                "hoverinfo": "skip",
            }
        )
    return found
