"""Choosing several runs by names people can read; the address holds the runs' own names."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnlab.errors import LabError
from cnnlab.runs import Run
from pages.parts.shared.missing import say_missing
from pages.parts.shared.plainly import literal


def pick_several(
    label: str,
    known: Mapping[str, Run],
    options: Sequence[str],
    usual: Sequence[str],
    most: int,
    missing: str,
    about: str,
    always: bool = False,
    place: DeltaGenerator | None = None,
) -> list[str]:
    """Names of the chosen runs, kept in the address as `?run=a&run=b`.

    An address that changed by itself (a link, a step back) wins over the control.

    Args:
        label: Of the control.
        known: The runs there are, by name.
        options: Those offered now; a chosen one always is.
        usual: The choice without an address.
        most: At most so many.
        missing: Said of a name in the address that is not known, with `{}` for the name.
        about: The control's help.
        always: The address shows the usual choice, too.
        place: Where a word about a name that is gone stands; above the control otherwise.
    """
    place, asked = place or st.container(), st.query_params.get_all("run")
    gone = [missing.format(literal(repr(name))) for name in asked if name and name not in known]
    state, shown_key = st.session_state, f"shown-{label}"
    if "run" not in state or (shown_key in state and asked != state[shown_key]):
        state["run"] = [name for name in asked if name in known] or list(usual)
    chosen = state["run"] = [name for name in state["run"] if name in known][:most]
    words = readable(known)
    names = st.multiselect(
        label,
        [name for name in known if name in options or name in chosen],
        max_selections=most,
        key="run",
        format_func=lambda name: words.get(name, name),
        placeholder=f"Choose up to {most} {label.lower()}",
        help=about,
    )
    shown = names if always or names != list(usual) else []
    if shown != asked:
        st.query_params["run"] = shown
    state[shown_key] = shown
    say_missing(place, label, gone, names)
    return names


def readable(known: Mapping[str, Run]) -> dict[str, str]:
    """Of each run a title of its own: alike ones are told apart by the folder's name."""
    words = {name: _words(run) for name, run in known.items()}
    count = Counter(words.values())
    return {n: w if count[w] == 1 or w == n else f"{w} ({n})" for n, w in words.items()}


def _words(run: Run) -> str:
    try:
        return run.label
    except LabError:
        return run.name
