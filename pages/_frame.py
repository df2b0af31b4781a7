"""The frame around the pages: their order and names."""

from pathlib import Path

import streamlit as st

from pages.parts.shared.page_list import page_list
from pages.parts.shared.writing import token_field

# A file of our own: a material icon would be fetched from another server.
ICON = str(Path(__file__).with_name("icon.svg"))
st.set_page_config(page_title="CNN Lab", page_icon=ICON, layout="wide")

chosen = st.navigation(
    [st.Page(page.file, title=page.title, icon=page.icon) for page in page_list()]
)
with st.sidebar:
    token_field()
chosen.run()
