"""The terminal says what the lab says, and nothing of what TensorFlow talks to itself."""

import os
import sys


def silence_chatter() -> None:
    """Keep what libraries write past Python off the terminal; Python's own words stay.

    TensorFlow greets on the second file descriptor before anybody can ask it not to.
    """
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)
