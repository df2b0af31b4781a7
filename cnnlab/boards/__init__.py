"""Boards with a microcontroller, and whether a network fits on one."""

from cnnlab.boards._cards import BOARDS, Board, Chip, Timing
from cnnlab.boards._fitting import Fit, fit
from cnnlab.boards._needs import STACK_BYTES, Needs, needs, needs_of

__all__ = [
    "BOARDS",
    "STACK_BYTES",
    "Board",
    "Chip",
    "Fit",
    "Needs",
    "Timing",
    "fit",
    "needs",
    "needs_of",
]
