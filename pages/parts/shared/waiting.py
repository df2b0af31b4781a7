"""What a reader sees while the engine computes for others first, or for long."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from cnnlab.engine import Standing
from cnnlab.progress import Progress, heard_by

SOON_S = 0.4  # what is done sooner shows no bar
LONG_S = 5.0  # a computation that takes longer shows its seconds
ORDINALS = ("", "", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth")


@contextmanager
def counting() -> Iterator[None]:
    """A bar with a count for what the server computes itself; none of what is done at once."""
    place, begun = st.empty(), time.monotonic()

    def show(now: Progress) -> None:
        if time.monotonic() - begun > SOON_S:
            place.progress(min(1.0, now.done / max(1, now.total)), now.words)

    with heard_by(show):
        yield
    place.empty()


@contextmanager
def watching() -> Iterator[Callable[[Standing], None]]:
    """A line of text, or a bar with a count, where the answer will stand; gone when it is there.

    Each update is a call of Streamlit's, and such a call ends the script when its page was left
    or changed meanwhile. So who has left is noticed here, and the question leaves the line.
    """
    place = st.empty()

    def tell(standing: Standing) -> None:
        now = standing.progress
        if now and not standing.place:
            place.progress(min(1.0, now.done / max(1, now.total)), words(standing))
        else:
            place.caption(words(standing))

    yield tell
    place.empty()


def words(standing: Standing) -> str:
    """Where a question stands, for its reader."""
    before = standing.place
    if before:
        rank = ORDINALS[before + 1] if before + 1 < len(ORDINALS) else f"Number {before + 1}"
        first = "one question is" if before == 1 else f"{before} questions are"
        return f"{rank} in line: {first} answered before this one."
    if standing.computing_s is None:
        return "The computing process starts: the first time this takes some seconds."
    if standing.progress:
        return standing.progress.words
    if standing.computing_s > LONG_S:
        return f"Computing for {standing.computing_s:.0f} s."
    return ""
