"""Runs side by side: one table, who may be compared with whom, the Pareto front, a budget.

Everything here comes from the runs' own files; nothing is computed by a network. Figures that
a source published live apart (`sources`) and are marked as published wherever they appear.
"""

from cnnlab.comparison._budget import Budget, Miss, within
from cnnlab.comparison._drawn import (
    COSTS,
    TITLES,
    answers_html,
    chart,
    chart_png,
    labels,
    marks,
    settings_html,
    source_chart,
    source_html,
    table_html,
)
from cnnlab.comparison._figures import FIGURES, Figure, figures, gzip_bytes, shown
from cnnlab.comparison._front import front, points
from cnnlab.comparison._groups import Comparison, Group, compare, reasons
from cnnlab.comparison._page import page
from cnnlab.comparison._settings import Setting, settings
from cnnlab.comparison._table import csv_text, table, text

__all__ = [
    "COSTS",
    "FIGURES",
    "TITLES",
    "Budget",
    "Comparison",
    "Figure",
    "Group",
    "Miss",
    "Setting",
    "answers_html",
    "chart",
    "chart_png",
    "compare",
    "csv_text",
    "figures",
    "front",
    "gzip_bytes",
    "labels",
    "marks",
    "page",
    "points",
    "reasons",
    "settings",
    "settings_html",
    "shown",
    "source_chart",
    "source_html",
    "table",
    "table_html",
    "text",
    "within",
]
