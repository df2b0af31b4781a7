"""The state of one page is never read by another, whatever they call their controls."""

from streamlit.testing.v1 import AppTest


def frame() -> None:
    """As the frame does: another page is opened, which asks what there is under a name."""
    import streamlit as st

    from pages.parts.shared.kept import leave_the_last

    leave_the_last(st.query_params["page"])
    st.write(f"run {st.session_state.get('run')}, name {st.session_state.get('reader-kept')}")
    st.multiselect("Runs", ["a", "b", "c"], default=None, key="run")


def test_a_pages_state_goes_with_it_and_the_readers_stays():
    app = AppTest.from_function(frame, default_timeout=120)
    app.query_params["page"] = "Compare"
    app.session_state["reader-kept"] = "Ann"
    app.run()
    app.multiselect(key="run").set_value(["a", "b"]).run()
    assert app.markdown[0].value == "run ['a', 'b'], name Ann"
    app.query_params["page"] = "Predict"
    app.run()
    assert app.markdown[0].value == "run None, name Ann"
