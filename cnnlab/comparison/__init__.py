"""Runs side by side: one table, who may be compared, the Pareto front, a budget, the records.

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
    table_html,
)
from cnnlab.comparison._drawn_beside import records_chart, source_chart, source_html
from cnnlab.comparison._figures import FIGURES, Figure, Row, figures, gzip_bytes, shown
from cnnlab.comparison._front import front, points
from cnnlab.comparison._groups import Comparison, Group, compare, reasons
from cnnlab.comparison._page import page
from cnnlab.comparison._records import CHALLENGES, Challenge, Standing, Training, standing
from cnnlab.comparison._settings import Setting, settings
from cnnlab.comparison._table import csv_text, harmless, table, text

__all__ = [
    "CHALLENGES",
    "COSTS",
    "FIGURES",
    "TITLES",
    "Budget",
    "Challenge",
    "Comparison",
    "Figure",
    "Group",
    "Miss",
    "Row",
    "Setting",
    "Standing",
    "Training",
    "answers_html",
    "chart",
    "chart_png",
    "compare",
    "csv_text",
    "figures",
    "front",
    "gzip_bytes",
    "harmless",
    "labels",
    "marks",
    "page",
    "points",
    "reasons",
    "records_chart",
    "settings",
    "settings_html",
    "shown",
    "source_chart",
    "source_html",
    "standing",
    "table",
    "table_html",
    "text",
    "within",
]
