"""Whose runs a list shows: one's own first, one's own alone, or everybody's by age."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from cnnlab.errors import LabError
from cnnlab.runs import Run
from pages.parts.shared.reader import called

T = TypeVar("T")
FIRST, ALONE, ALL = "Mine first", "Mine", "Everybody's"


def choose_whose(found: Sequence[T], owner_of: Callable[[T], str]) -> list[T]:
    """Those of `found`, newest first, that the reader wants to see; no choice among one owner's.

    Until another is chosen, the reader's own stand first.
    """
    if len({owner_of(one) for one in found}) < 2:
        return list(found)
    whose = st.segmented_control(
        "Whose", (FIRST, ALONE, ALL), default=FIRST, key="whose", required=True
    )
    return list(found) if whose == ALL else own_first(found, owner_of, whose == ALONE)


def own_first(found: Sequence[T], owner_of: Callable[[T], str], alone: bool = False) -> list[T]:
    """The reader's own before all others, or without them, otherwise in the order they had."""
    name = called()
    mine = [one for one in found if owner_of(one) == name]
    return mine if alone else [*mine, *(one for one in found if owner_of(one) != name)]


def starter(run: Run) -> str:
    """Who started a run, "" where its files do not say."""
    try:
        return run.config.owner
    except LabError:
        return ""
