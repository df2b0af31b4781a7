"""A comparison as one HTML page that needs nothing else: to send, to print, to keep."""

import html
import time

from cnnlab.comparison import TITLES, Comparison, Group, mixed_latencies
from cnnlab.plots.comparison.accuracy_cost import accuracy_cost_shapes
from cnnlab.plots.comparison.run_tables import metrics_html, settings_html
from cnnlab.plots.comparison.scene import svg

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem;
  color: #1C2733; background: #FFFFFF; }
svg { width: 100%; height: auto; } .note { color: #555; font-size: 0.875rem; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } }
"""


def report_html(comparison: Comparison, cost: str = "params") -> str:
    """The report: each group with its chart, its table and the settings that differ.

    Args:
        comparison: What `compare` returned.
        cost: The chart's horizontal axis.
    """
    parts = "".join(_group(group, cost) for group in comparison.groups)
    failed = "".join(f"<p>{html.escape(words)}</p>" for words in comparison.failed.values())
    day = time.strftime("%Y-%m-%d")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>CNN Lab: runs compared</title><style>{_STYLE}</style></head><body>"
        f'<h1>Runs compared</h1><p class="note">Made with CNN Lab on {day}. Every figure was '
        "measured from the runs themselves; a shaded cell is the best of its row, a framed "
        "accuracy is one that chance alone could lift to the best (95 % interval).</p>"
        f"{parts}{failed}</body></html>"
    )


def _group(group: Group, cost: str) -> str:
    parts = [f"<h2>{html.escape(group.title)}</h2>"]
    if group.apart:
        words = "; ".join(group.apart)
        parts.append(f'<p class="note">Kept apart: {html.escape(words)}.</p>')
    shapes = accuracy_cost_shapes(group.rows, cost)
    if shapes:
        parts.append(svg(shapes, f"Test accuracy against {TITLES[cost]}"))
    parts.append(metrics_html(group.rows, linked=False))
    if mixed := mixed_latencies(group.rows):
        parts.append(f'<p class="note">{html.escape(mixed)}</p>')
    different = [setting for setting in group.settings if not setting.same]
    if different:
        parts += ["<h3>Settings that differ</h3>", settings_html(group.rows, different)]
    commands = [row["command"] for row in group.rows if row["command"]]
    if commands:
        lines = "\n".join(html.escape(command) for command in commands)
        parts.append(f"<h3>Trained by</h3><pre>{lines}</pre>")
    return "".join(parts)
