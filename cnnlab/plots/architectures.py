"""Networks as pictures: a diagram to scale, where costs sit, and all sizes on one axis."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from cnnlab.plots import _style
from cnnlab.plots._blocks import KINDS
from cnnlab.plots._diagram import Scale, diagram, scale_of

__all__ = ["Scale", "along", "diagram", "legend", "scale_of", "shares", "sizes"]


def legend() -> dict[str, str]:
    """Color of each kind of block in a diagram."""
    return dict(KINDS)


def shares(rows: Sequence[Any]) -> go.Figure:
    """Which layers hold the parameters and which do the computing, in percent of the whole.

    Args:
        rows: A layer table with `name`, `params`, `macs`; layers without either are left out.
    """
    rows = [row for row in rows if row.params or row.macs]
    bars = []
    for what, word, color in (
        ("params", "Parameters", _style.BLUE),
        ("macs", "MACs", _style.ORANGE),
    ):
        amounts = [getattr(row, what) for row in rows]
        whole = sum(amounts) or 1
        bars.append(
            {
                "type": "bar",
                "name": word,
                "x": [row.name for row in rows],
                "y": [100 * amount / whole for amount in amounts],
                "customdata": amounts,
                "marker": {"color": color},
                "hovertemplate": f"%{{x}}<br>%{{customdata:,}} {word}, %{{y:.1f}} %<extra></extra>",
            }
        )
    labels = {"showticklabels": len(rows) <= 45, "tickangle": -50}
    return _style.figure(
        bars,
        340,
        barmode="group",
        bargap=0.25,
        xaxis=labels,
        yaxis={"title": "share of the network", "ticksuffix": " %"},
        margin={"b": 110 if len(rows) <= 45 else 30},
    )


def along(rows: Sequence[Any]) -> go.Figure:
    """Memory of each layer's output and its receptive field, from the picture to the classes.

    Args:
        rows: A layer table with `name`, `activation_bytes` and `receptive_field`.
    """
    names = [row.name for row in rows]
    memory = {
        "type": "bar",
        "name": "Output, KiB",
        "x": names,
        "y": [row.activation_bytes / 1024 for row in rows],
        "marker": {"color": _style.GREEN},
        "hovertemplate": "%{x}<br>%{y:,.1f} KiB<extra></extra>",
    }
    field = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "Receptive field, pixels",
        "x": names,
        "y": [max(row.receptive_field) for row in rows],
        "yaxis": "y2",
        "line": {"color": _style.RED, "shape": "hv"},
        "marker": {"size": 5},
        "hovertemplate": "%{x}<br>sees %{y} pixels across<extra></extra>",
    }
    labels = {"showticklabels": len(rows) <= 45, "tickangle": -50}
    return _style.figure(
        [memory, field],
        340,
        xaxis=labels,
        yaxis={"title": "KiB"},
        yaxis2={"title": "pixels", "overlaying": "y", "side": "right", "showgrid": False},
        margin={"b": 110 if len(rows) <= 45 else 30, "r": 56},
    )


def sizes(cards: Sequence[Any]) -> go.Figure:
    """Every network as a dot on one axis of parameters, one row a family.

    Args:
        cards: Architecture cards with `title`, `family` and `params`; a click gives the index.
    """
    families = list(dict.fromkeys(card.family for card in cards))
    colors = dict(zip(families, _style.PALETTE * 2, strict=False))
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": [card.params for card in cards],
        "y": [card.family for card in cards],
        "text": [card.title for card in cards],
        "marker": {
            "size": 13,
            "opacity": 0.85,
            "color": [colors[card.family] for card in cards],
        },
        "hovertemplate": "%{text}<br>%{x:,} parameters<extra></extra>",
    }
    return _style.figure(
        [dots],
        90 + 30 * len(families),
        xaxis={"type": "log", "title": "parameters", "dtick": 1},
        yaxis={"autorange": "reversed", "automargin": True},
        showlegend=False,
    )
