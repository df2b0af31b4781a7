"""How small: a study of many networks on one dataset; its curve grows while one watches."""

import streamlit as st

from cnnlab import studies
from cnnlab.errors import LabError
from pages.parts.how_small import example, form, study_list, watch
from pages.parts.shared.header import header
from pages.parts.shared.links import link
from pages.parts.shared.plainly import show_error

TITLE, ICON, TURN = "How small?", ":material/trending_down:", 85

header(TITLE, "Which size still reads, and what goes first below it?")
name = st.query_params.get("study")
try:
    if name:
        watch.show(studies.find(name))
    else:
        form.show()
        example.show()
except LabError as error:
    show_error(error)
    if name:
        link("how_small", "Another study", ":material/arrow_back:")
study_list.show(name or "")
