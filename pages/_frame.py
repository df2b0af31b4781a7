"""The frame around the pages: their order and names."""

import streamlit as st

st.set_page_config(page_title="CNN Lab", page_icon=":material/grid_view:", layout="wide")

PAGES = (
    ("home.py", "Home", ":material/home:"),
    ("architectures.py", "Architectures", ":material/account_tree:"),
    ("datasets.py", "Datasets", ":material/photo_library:"),
    ("train.py", "Train", ":material/show_chart:"),
    ("inside.py", "Inside", ":material/grid_on:"),
    ("predict.py", "Predict", ":material/draw:"),
    ("evaluate.py", "Evaluate", ":material/fact_check:"),
)

st.navigation([st.Page(f"{name}", title=title, icon=icon) for name, title, icon in PAGES]).run()
