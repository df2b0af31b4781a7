"""Joining a room: its word and a name; and how a teacher opens one."""

import streamlit as st

from cnnlab import rooms
from cnnlab.errors import LabError
from cnnlab.rooms import Room
from cnnlab.schema import Pupil
from pages.parts.shared.browser_key import keys
from pages.parts.shared.plainly import literal, show_error

KEPT = (
    "Your name is kept in the room alone, for your teacher and, where they allow it, on the wall. "
    "What you train carries a made-up name. When your teacher closes the room, at the latest "
    f"{rooms.KEPT_DAYS} days after somebody last joined or the room was changed, names, results "
    "and the pictures you drew for datasets are deleted; trainings stay, under the made-up names, "
    "until somebody deletes them. Drawings on the other pages are never kept."
)
TEACHER = (
    "For a teacher: start the server with `CNNLAB_TEACHER` set to a word of your own, type that "
    "word as *Token* in the sidebar, and come back to this page. Or, on the server itself, "
    "`python -m cnnlab room open`."
)


def show(here: tuple[Room, Pupil] | None) -> None:
    """The form; whoever is in a room already may come into another."""
    asked = st.query_params.get("room", "")[:100]
    if here:
        st.caption(f"You are in the room {literal(here[0].config.title or 'of your class')} now.")
    with st.form("join", width=520):
        word = st.text_input(
            "The room's word",
            asked,
            key="join-word",
            max_chars=100,
            placeholder="such as amber-otter-lake",
            help="Three English words, on your teacher's screen.",
        )
        name = st.text_input(
            "Your name",
            "",
            key="join-name",
            max_chars=rooms.NAME_LENGTH,
            placeholder="as your teacher knows you",
        )
        pressed = st.form_submit_button(
            "Join", key="join-go", type="primary", icon=":material/login:"
        )
    if pressed:
        _join(word, name)
    st.caption(KEPT, width=720)
    st.caption(TEACHER, width=720)


def _join(word: str, name: str) -> None:
    try:
        rooms.join(word, name, keys()[0])
    except LabError as error:
        show_error(error)
        return
    st.query_params.pop("room", None)
    st.rerun()
