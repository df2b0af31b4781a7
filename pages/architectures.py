"""Architectures: choose a network, turn its knobs, read its layers and what each costs."""

import streamlit as st

from cnnlab.architectures import ARCHITECTURES
from cnnlab.errors import LabError
from pages.parts.architectures.gallery import gallery
from pages.parts.architectures.network import network
from pages.parts.shared.header import header
from pages.parts.shared.links import link
from pages.parts.shared.plainly import show_error

TITLE, ICON, TURN = "Architectures", ":material/account_tree:", 20

header(TITLE, "Which networks are small, and what does each layer cost?")
name = st.query_params.get("architecture")
try:
    if name:
        network(ARCHITECTURES[name])
    else:
        gallery()
except LabError as error:
    show_error(error)
    link("architectures", "Start again from the gallery", ":material/arrow_back:")
