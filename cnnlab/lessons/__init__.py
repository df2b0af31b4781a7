"""Lessons: what a teacher tells, the page it is told beside, and a guess before the truth.

A lesson is a TOML file of text and state, never code: the lab's own lie in `texts/`, a teacher's
in the folder `CNNLAB_LESSONS`. No file holds a truth. It names a figure, and the figure is
computed from the lab's runs when the pupil has guessed.
"""

from cnnlab.lessons._cards import FIGURES, LESSONS, FigureCard, Lesson, Truth, figure
from cnnlab.lessons._files import parsed, teachers_dir
from cnnlab.lessons.choices import classes, in_unit, number_words, sentence, unit
from cnnlab.lessons.gap import Guessed, gap, said_truth, shown
from cnnlab.lessons.shelf import OWN, NotYet, Refused, Shelf, shelf, truth
from cnnlab.lessons.worksheet import worksheet

__all__ = [
    "FIGURES",
    "LESSONS",
    "OWN",
    "FigureCard",
    "Guessed",
    "Lesson",
    "NotYet",
    "Refused",
    "Shelf",
    "Truth",
    "classes",
    "figure",
    "gap",
    "in_unit",
    "number_words",
    "parsed",
    "said_truth",
    "sentence",
    "shelf",
    "shown",
    "teachers_dir",
    "truth",
    "unit",
    "worksheet",
]
