"""What an address names and is not there (any more) is said, until its reader chooses."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def say_missing(place: "DeltaGenerator", key: str, words: Sequence[str], choice: object) -> None:
    """Warnings in `place`, in Markdown, kept for as long as the choice stays the same.

    A page corrects its address, and runs again at once when the browser has told who sits there:
    without memory a warning would be gone before it is read.

    Args:
        place: Where they stand.
        key: Names the control; two pages have two.
        words: What is missing by the address as it is now.
        choice: What stands in for it.
    """
    kept = f"missing-{key}"
    if words:
        st.session_state[kept] = (tuple(words), choice)
    sentences, then = st.session_state.get(kept, ((), None))
    if then != choice:
        st.session_state.pop(kept, None)
        return
    for sentence in sentences:
        place.warning(sentence)
