"""Studies: one question, many runs. Folders beside the runs, each with its own config and plan.

A study is planned before its first run, driven by a small process of its own, and trained through
the queue. Everything it shows is read from its folder.
"""

from cnnlab.studies._answer import Answer, Trial, answer
from cnnlab.studies._axes import AXES, Axis
from cnnlab.studies._beginning import Shipped, ends, shipped, smaller
from cnnlab.studies._boards import fits_of, on_boards, smallest_board
from cnnlab.studies._cards import (
    FINALISTS,
    MINUTES,
    SEEDS,
    SHARED,
    STUDIES,
    Asked,
    Draft,
    StudyCard,
    study_plan,
)
from cnnlab.studies._drawn import curve
from cnnlab.studies._folder import Study, damaged, delete, find, list_studies
from cnnlab.studies._planning import Request
from cnnlab.studies._points import Mixed, Point, axis_of
from cnnlab.studies._report import report
from cnnlab.studies._start import begin, resume, start, stop
from cnnlab.studies._timing import spoken

__all__ = [
    "AXES",
    "FINALISTS",
    "MINUTES",
    "SEEDS",
    "SHARED",
    "STUDIES",
    "Answer",
    "Asked",
    "Axis",
    "Draft",
    "Mixed",
    "Point",
    "Request",
    "Shipped",
    "Study",
    "StudyCard",
    "Trial",
    "answer",
    "axis_of",
    "begin",
    "curve",
    "damaged",
    "delete",
    "ends",
    "find",
    "fits_of",
    "list_studies",
    "on_boards",
    "report",
    "resume",
    "shipped",
    "smaller",
    "smallest_board",
    "spoken",
    "start",
    "stop",
    "study_plan",
]
