"""The frame around the pages: their order and names."""

from pathlib import Path

import streamlit as st

from pages.parts.shared.writing import token_field

# A file of our own: a material icon would be fetched from another server.
ICON = str(Path(__file__).with_name("icon.svg"))
st.set_page_config(page_title="CNN Lab", page_icon=ICON, layout="wide")

PAGES = (
    ("home.py", "Home", ":material/home:"),
    ("architectures.py", "Architectures", ":material/account_tree:"),
    ("datasets.py", "Datasets", ":material/photo_library:"),
    ("train.py", "Train", ":material/show_chart:"),
    ("inside.py", "Inside", ":material/grid_on:"),
    ("predict.py", "Predict", ":material/draw:"),
    ("evaluate.py", "Evaluate", ":material/fact_check:"),
    ("compress.py", "Compress", ":material/compress:"),
    ("compare.py", "Compare", ":material/leaderboard:"),
)

chosen = st.navigation([st.Page(f"{name}", title=title, icon=icon) for name, title, icon in PAGES])
with st.sidebar:
    token_field()
chosen.run()
