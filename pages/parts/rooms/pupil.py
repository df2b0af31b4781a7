"""A pupil's view of their room: the challenges, the wall, the way to train."""

import streamlit as st

from cnnlab import rooms
from cnnlab.rooms import Room
from cnnlab.schema import Pupil
from pages.parts.rooms import walls
from pages.parts.rooms.join import KEPT
from pages.parts.shared.browser_key import keys
from pages.parts.shared.links import link
from pages.parts.shared.plainly import literal

CLOCK_S = 3.0


def show(room: Room, pupil: Pupil) -> None:
    """Everything of one room that a pupil may see."""
    config = room.config
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(literal(config.title or "Your class"), anchor=False, width="content")
        st.space("stretch")
        if st.button("Leave", key="leave", icon=":material/logout:", help="Takes your name out."):
            rooms.leave(room, keys())
            st.rerun()
    st.markdown(
        f"You are **{literal(pupil.name)}**. What you train here carries the name "
        f"**{literal(pupil.alias)}**."
    )
    if not config.running:
        st.info("Your teacher has stopped the room: what you start now does not count.")
    link("train", "Train a network for it", ":material/show_chart:", **_first(room))
    walls.show(room, pupil.alias, CLOCK_S)
    with st.expander("What is kept, and for how long"):
        st.write(KEPT)


def _first(room: Room) -> dict[str, str]:
    """What the form begins with: the data of the first challenge, and a network of many sizes."""
    challenge = rooms.ROOM_CHALLENGES[room.config.challenges[0]]
    return {"architecture": "ladder", "dataset": challenge.dataset_here}
