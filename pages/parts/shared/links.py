"""Ways from one page to another, with what is looked at in the address."""

from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException, StreamlitPageNotFoundError


def go(page: str, **query: str | list[str]) -> NoReturn:
    """Leave for `pages/<page>.py`; the browser's back button leads here again."""
    try:
        st.switch_page(f"{page}.py", query_params=query)
    except StreamlitAPIException:  # run by itself, as `link`
        st.query_params.from_dict(query)
        st.rerun()


def link(page: str, label: str, icon: str | None = None, **query: str | list[str]) -> None:
    """A link to `pages/<page>.py`; `query` becomes the address's parameters.

    A page run by itself (in a test, say) knows no other pages: it gets a plain link.
    """
    try:
        st.page_link(f"{page}.py", label=label, icon=icon, query_params=query or None)
    except StreamlitPageNotFoundError:
        st.markdown(
            f"[{label}](/{page}?{urlencode(query, doseq=True)})" if query else f"[{label}](/{page})"
        )


def keep(name: str, value: str, usual: str) -> None:
    """Keep a choice in the address; the usual one is left out of it.

    What a page writes into the address unasked is one more press on the back button.
    """
    if value == usual:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value
