"""Class: a teacher opens a room, pupils join it by a word, a wall shows what they trained."""

import streamlit as st

from cnnlab import rooms
from cnnlab.errors import LabError
from pages.parts.rooms import join, pupil, teacher
from pages.parts.shared.browser_key import keys
from pages.parts.shared.header import header
from pages.parts.shared.plainly import show_error
from pages.parts.shared.reader import may_teach

TITLE, ICON, TURN = "Class", ":material/groups:", 17

header(TITLE, "Who gets the most out of the least?")
try:
    here = rooms.where(keys())
    if may_teach():
        teacher.show()
    elif here and not st.query_params.get("room"):
        pupil.show(*here)
    else:
        join.show(here)
except LabError as error:
    show_error(error)
