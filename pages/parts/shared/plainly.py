"""Words shown as they are: what the lab refuses, in its sentence; a reader's, uninterpreted."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

import streamlit as st

from cnnlab import comparison
from cnnlab.errors import LabError
from cnnlab.markdown import literal

__all__ = ["cells", "literal", "plainly", "show_error"]


def plainly(show: Callable[..., None]) -> Callable[..., None]:
    """Decorator for a fragment: a `LabError` becomes an error box, for it runs by itself."""

    @wraps(show)
    def shown(*arguments: Any) -> None:
        try:
            show(*arguments)
        except LabError as error:
            show_error(error)

    return shown


def attempt(action: Callable[[], object]) -> None:
    """Do it and run the page again; a `LabError` becomes an error box instead."""
    try:
        action()
    except LabError as error:
        show_error(error)
        return
    st.rerun()


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
