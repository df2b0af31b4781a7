"""Compare: runs side by side, the best within a budget, the sources' tables, the records."""

import streamlit as st

from cnnlab.errors import LabError
from pages.parts import compare_budget, compare_records, compare_runs, compare_sources
from pages.parts.compare_controls import one_of

VIEWS = {
    "Side by side": compare_runs.show,
    "Within a budget": compare_budget.show,
    "Published beside measured": compare_sources.show,
    "Records": compare_records.show,
}

st.title("Compare")
st.write("What does a smaller network cost you, and what does it save? Figures, not opinions.")
view = one_of("View", list(VIEWS), "view")
try:
    VIEWS[view or "Side by side"]()  # `?view=` sets none
except LabError as error:
    st.error(str(error))
