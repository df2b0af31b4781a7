"""The presenter's view of any page: large type, few words, a laser dot; for a projector."""

from pathlib import Path

import streamlit as st

_laser = st.components.v2.component(
    "cnnlab_presenter", js=(Path(__file__).parent / "presenter.js").read_text()
)
_STATE = "presenting-kept"
# Captions, helps, headings and the menu go; what is left grows. The button that ends it stays.
STYLE = """<style>
html { font-size: 22px; }
[data-testid=stSidebar], [data-testid=stExpandSidebarButton],
[data-testid=stWidgetLabel] [data-testid=stTooltipIcon],
[data-testid=stMain] [data-testid=stCaptionContainer], .said-gray, .st-key-header,
[class*=st-key-offer-], .st-key-guess-first { display: none !important; }
[data-testid=stMainBlockContainer] { max-width: none; }
.st-key-lesson-bar .said { font-size: 1.35rem; }
.st-key-end-presenting { position: fixed; right: 0.75rem; bottom: 0.75rem; z-index: 20;
  width: auto; opacity: 0.6; }
.st-key-end-presenting:hover { opacity: 1; }
.laser-dot { position: fixed; left: -9px; top: -9px; width: 18px; height: 18px; z-index: 10000;
  border-radius: 50%; background: #ff1f1f; box-shadow: 0 0 14px 5px rgb(255 31 31 / 65%);
  pointer-events: none; opacity: 0; transition: opacity 0.3s; }
</style>"""


def presenting() -> bool:
    """Whether this reader presents."""
    return bool(st.session_state.get(_STATE))


def presenter_switch() -> None:
    """The button in the sidebar that begins it."""
    st.button(
        "Present",
        key="begin-presenting",
        icon=":material/present_to_all:",
        type="tertiary",
        help="For a projector: large type, few words, a red dot at the mouse. The arrow keys turn "
        "the steps of a lesson, Escape ends it.",
        on_click=_turn,
        args=(True,),
    )


def presenter_view() -> None:
    """The view's measures, its dot, and the button that ends it."""
    st.html(STYLE)
    sent = _laser(key="presenter-store", data={}, on_end_change=lambda: None)
    st.button("End", key="end-presenting", icon=":material/close:", on_click=_turn, args=(False,))
    if sent.end:
        _turn(False)
        st.rerun()


def _turn(on: bool) -> None:
    st.session_state[_STATE] = on
