"""Words shown as they are: what the lab refuses, in its sentence; a reader's, uninterpreted."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

import streamlit as st

from cnnlab import comparison
from cnnlab.errors import LabError

# No sign that Markdown or Streamlit reads, and no beginning of a list.
_TAME = re.compile(r"(?![-+=]|\d+[.)])[^\\`*_\[\]<>$:~|#!@&\n]*")


def plainly(show: Callable[..., None]) -> Callable[..., None]:
    """Decorator for a fragment: a `LabError` becomes an error box, for it runs by itself."""

    @wraps(show)
    def shown(*arguments: Any) -> None:
        try:
            show(*arguments)
        except LabError as error:
            show_error(error)

    return shown


def show_error(error: Exception | str) -> None:
    """An error box with a sentence: shown letter by letter, whatever names it quotes."""
    st.error(literal(str(error)))


def cells(rows: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """Rows for `st.dataframe`, which the reader may save as CSV: no cell is a formula there.

    The sign in front is invisible on the screen.
    """
    return [
        {key: comparison.harmless(value, "\u2060") for key, value in row.items()} for row in rows
    ]


def literal(words: str) -> str:
    """A reader's words for a place that reads Markdown: shown letter by letter, never followed.

    An invisible word joiner keeps addresses from becoming links. Words in which Markdown would
    find nothing stay as they are.
    """
    if _TAME.fullmatch(words) and "www." not in words:
        return words
    unlinked = re.sub(r"(:(?=//)|www(?=\.)|@)", "\\1\u2060", " ".join(words.split()))
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", unlinked)
