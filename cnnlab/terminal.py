"""The terminal says what the lab says, and nothing of what TensorFlow talks to itself."""

import os
import re
import sys

# What a terminal obeys instead of showing it: control characters but the line's end and the tab,
# and marks that turn the writing's direction.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """Text for a terminal: nothing in it moves the cursor, turns colors on or hides a line."""
    shown = _OBEYED.sub("\ufffd", text)
    return shown.encode(errors="replace").decode()  # half a character is none


def silence_chatter() -> None:
    """Keep what libraries write past Python off the terminal; Python's own words stay.

    TensorFlow greets on the second file descriptor before anybody can ask it not to.
    """
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)
