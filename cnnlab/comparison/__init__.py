"""Runs side by side: one table, who may be compared, the Pareto front, a budget, the records.

Everything here comes from the runs' own files; nothing is computed by a network. Figures that
a source published live apart (`sources`) and are marked as published wherever they appear.
"""

from cnnlab.comparison._budget import Budget, Miss, within
from cnnlab.comparison._groups import Comparison, Group, compare, reasons
from cnnlab.comparison._ladders import ladder_title, rungs_by_ladder
from cnnlab.comparison._metrics import (
    COSTS,
    DEVICE_COSTS,
    METRICS,
    TITLES,
    Metric,
    Row,
    gzip_bytes,
    metrics_row,
    mixed_latencies,
    shown,
)
from cnnlab.comparison._pareto import front, points
from cnnlab.comparison._records import CHALLENGES, Challenge, Standing, Training, standing
from cnnlab.comparison._settings import Setting, settings
from cnnlab.comparison._table import Cell, TableRow, csv_text, difference, harmless, table, text

__all__ = [
    "CHALLENGES",
    "COSTS",
    "DEVICE_COSTS",
    "METRICS",
    "TITLES",
    "Budget",
    "Cell",
    "Challenge",
    "Comparison",
    "Group",
    "Metric",
    "Miss",
    "Row",
    "Setting",
    "Standing",
    "TableRow",
    "Training",
    "compare",
    "csv_text",
    "difference",
    "front",
    "gzip_bytes",
    "harmless",
    "ladder_title",
    "metrics_row",
    "mixed_latencies",
    "points",
    "reasons",
    "rungs_by_ladder",
    "settings",
    "shown",
    "standing",
    "table",
    "text",
    "within",
]
