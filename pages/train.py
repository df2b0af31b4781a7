"""Train: fill the form, start a run, watch it learn, stop it, take it up again."""

import streamlit as st

from cnnlab import runs
from cnnlab.errors import LabError
from pages.parts.shared.header import header
from pages.parts.shared.links import link
from pages.parts.shared.plainly import show_error
from pages.parts.shared.run_list import run_list
from pages.parts.train.form import training_form
from pages.parts.train.watch import damaged, watch

TITLE, ICON, TURN = "Train", ":material/show_chart:", 40

header(TITLE, "How does a network learn to see?")
name = st.query_params.get("run")
try:
    if name:
        run = runs.find(name)
        if run.damage:
            damaged(run)
        else:
            watch(run)
    else:
        training_form()
except LabError as error:
    show_error(error)
    link("train", "Back to the form", ":material/arrow_back:")
if not name:
    run_list()
