"""What the Compress page draws: how sensitive layers are, what students of a teacher reach."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from cnnlab.plots._style import BLUE, GREY, ORANGE, PALETTE, brief, brief_each, figure, plain

_MOST_NAMES = 40  # characters of a layer's name in the legend


def sensitivity(curves: Sequence[tuple[str, Sequence[tuple[float, float]]]]) -> go.Figure:
    """Accuracy left when one layer alone loses a share of its weakest filters.

    Args:
        curves: (layer's name, points (share taken out, accuracy)), one for each layer.
    """
    lines = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": brief(name, _MOST_NAMES),
            "x": [share for share, _ in points],
            "y": [accuracy for _, accuracy in points],
            "line": {"color": PALETTE[number % len(PALETTE)], "width": 2},
            "hovertemplate": f"{plain(name)}: %{{x:.0%}} gone, %{{y:.1%}} right<extra></extra>",
        }
        for number, (name, points) in enumerate(curves)
    ]
    return figure(
        lines,
        360,
        xaxis={"title": "share of this layer's filters taken out", "tickformat": ".0%"},
        yaxis={"title": "validation accuracy", "tickformat": ".0%", "range": [0, 1.02]},
        legend={"orientation": "v", "x": 1.02, "y": 1, "yanchor": "top"},
        showlegend=len(curves) <= 12,
    )


def channels_kept(layers: Sequence[tuple[str, int, int]]) -> go.Figure:
    """How many channels each layer keeps of those it had: filled bars within pale ones.

    Args:
        layers: (layer's name, channels before, channels after), front to back.
    """
    names = [brief(name, 20) for name, *_ in layers]
    words = [
        f"{name}: {after} of {before} kept"
        for name, (_, before, after) in zip(names, layers, strict=True)
    ]
    rows = list(range(len(layers)))
    looks = (
        ("had", [b for _, b, _ in layers], GREY, 0.3),
        ("keeps", [a for *_, a in layers], BLUE, 1),
    )
    bars = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": rows,
            "x": values,
            "text": words,
            "textposition": "none",
            "marker": {"color": color, "opacity": opacity},
            "hovertemplate": "%{text}<extra></extra>",
        }
        for name, values, color, opacity in looks
    ]
    few = len(layers) <= 16
    return figure(
        bars,
        max(200, min(340, 60 + 22 * len(layers))),
        barmode="overlay",
        xaxis={"title": "channels: had (pale), keeps (blue)"},
        yaxis={
            "autorange": "reversed",
            "tickvals": rows if few else [],
            "ticktext": names if few else [],
            "automargin": True,
        },
        showlegend=False,
    )


def sizes(points: Sequence[tuple[int, float, str, str]], target_bytes: int) -> go.Figure:
    """Test accuracy against size, with a line at the size that is asked for.

    Args:
        points: (bytes, accuracy, what it is called, relation); "this run" and "made from it"
            have colors of their own.
        target_bytes: Where the line stands.
    """
    looks = {"other": (GREY, 8), "made from it": (ORANGE, 12), "this run": (BLUE, 14)}
    dots = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": relation,
            "x": [one[0] / 1024 for one in points if one[3] == relation],
            "y": [one[1] for one in points if one[3] == relation],
            "text": [plain(one[2]) for one in points if one[3] == relation],
            "marker": {"color": color, "size": side, "opacity": 0.8},
            "hovertemplate": "%{text}<br>%{x:.1f} KiB, %{y:.2%}<extra></extra>",
        }
        for relation, (color, side) in looks.items()
    ]
    ends = {"x0": target_bytes / 1024, "x1": target_bytes / 1024, "y0": 0, "y1": 1, "yref": "paper"}
    line = {"type": "line", **ends, "line": {"color": BLUE, "width": 2, "dash": "dot"}}
    return figure(
        dots,
        330,
        xaxis={"title": "KiB, logarithmic", "type": "log", "dtick": 1},
        yaxis={"title": "test accuracy", "tickformat": ".0%"},
        shapes=[line],
        showlegend=False,
    )


def soft_targets(labels: Sequence[str], rows: Sequence[tuple[float, Sequence[float]]]) -> go.Figure:
    """A teacher's probabilities for one picture, a group of bars for each temperature.

    Args:
        labels: Class names.
        rows: (temperature, probability of each class).
    """
    bars = [
        {
            "type": "bar",
            "name": f"T = {temperature:g}",
            "x": brief_each(labels),
            "y": list(chances),
            "marker": {"color": PALETTE[number % len(PALETTE)]},
            "hovertemplate": f"T = {temperature:g}: %{{x}} %{{y:.2%}}<extra></extra>",
        }
        for number, (temperature, chances) in enumerate(rows)
    ]
    axes = {"xaxis": {"type": "category"}, "yaxis": {"tickformat": ".0%", "title": "probability"}}
    return figure(bars, 260, barmode="group", **axes)


def students(
    rows: Sequence[tuple[str, int, float | None, float | None]],
    teacher: float | None,
    published: Sequence[tuple[str, int, float]] = (),
) -> go.Figure:
    """Accuracy of distilled students and of their twins from scratch, by parameters.

    Args:
        rows: (name, parameters, mean accuracy distilled, mean accuracy from scratch).
        teacher: The teacher's accuracy, drawn as a line.
        published: (name, parameters, accuracy) as a source printed them.
    """
    ordered = sorted(rows, key=lambda row: row[1])
    lines = [
        _points("distilled", [(n, p, d) for n, p, d, _ in ordered if d is not None], ORANGE),
        _points("from scratch", [(n, p, s) for n, p, _, s in ordered if s is not None], BLUE),
    ]
    if published:
        printed = _points("published", sorted(published, key=lambda row: row[1]), GREY)
        hollow = {"size": 9, "symbol": "diamond-open"}
        lines.append(printed | {"mode": "markers", "marker": hollow})
    shapes = []
    if teacher is not None:
        edge = {"color": GREY, "dash": "dot"}
        place = {"x0": 0, "x1": 1, "xref": "paper", "y0": teacher, "y1": teacher}
        shapes = [
            {
                "type": "line",
                "line": edge,
                "label": {"text": "teacher", "textposition": "start", "yanchor": "top"},
                **place,
            }
        ]
    return figure(
        lines,
        320,
        shapes=shapes,
        xaxis={"title": "parameters", "tickformat": ",d"},
        yaxis={"title": "test accuracy", "tickformat": ".1%"},
    )


def _points(name: str, found: Sequence[tuple[str, int, float]], color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [params for _, params, _ in found],
        "y": [accuracy for *_, accuracy in found],
        "text": [plain(label) for label, *_ in found],
        "line": {"color": color, "width": 2},
        "marker": {"size": 9},
        "hovertemplate": "%{text}: %{x:,} parameters, %{y:.2%}<extra></extra>",
    }
