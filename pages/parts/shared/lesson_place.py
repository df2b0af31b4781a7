"""Where in which lesson this reader is: in the address, and where a page rewrote that, in mind."""

import streamlit as st

NAMES = ("lesson", "step")
_STATE = "lesson-kept"


def lesson_query() -> dict[str, str]:
    """What every address of a reader in a lesson carries; nothing outside of one."""
    return dict(st.session_state.get(_STATE) or {})


def take_place() -> tuple[str, int] | None:
    """The lesson and its step, by the address, else as it was before; None outside of a lesson."""
    name = st.query_params.get("lesson") or lesson_query().get("lesson", "")
    if not name:
        return None
    step = st.query_params.get("step") or lesson_query().get("step", "1")
    number = int(step) if step.isdecimal() and len(step) < 5 else 1
    st.session_state[_STATE] = {"lesson": name, "step": str(number)}
    return name, number


def forget_place() -> None:
    """Keep a lesson that is not there out of the next pages; this page's address stays."""
    st.session_state.pop(_STATE, None)


def leave_place() -> None:
    """No lesson any more; the page stays."""
    forget_place()
    for name in NAMES:
        st.query_params.pop(name, None)
