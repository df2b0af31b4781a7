"""Runs side by side: one table, who may be compared with whom, the Pareto front, a budget.

Everything here comes from the runs' own files; nothing is computed by a network. Figures that
a source published live apart (`sources`) and are marked as published wherever they appear.
"""

from cnnlab.comparison._budget import Budget, Miss, within
from cnnlab.comparison._figures import FIGURES, Figure, figures, gzip_bytes, shown
from cnnlab.comparison._front import front, points
from cnnlab.comparison._groups import Comparison, Group, compare, reasons
from cnnlab.comparison._page import page
from cnnlab.comparison._settings import Setting, settings
from cnnlab.comparison._table import csv_text, table

__all__ = [
    "FIGURES",
    "Budget",
    "Comparison",
    "Figure",
    "Group",
    "Miss",
    "Setting",
    "compare",
    "csv_text",
    "figures",
    "front",
    "gzip_bytes",
    "page",
    "points",
    "reasons",
    "settings",
    "shown",
    "table",
    "within",
]
