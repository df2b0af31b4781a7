"""Ways from one page to another, with what is looked at in the address."""

from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException, StreamlitPageNotFoundError

from pages.parts.shared.lesson_place import lesson_query


def go(page: str, **query: str | list[str]) -> NoReturn:
    """Leave for `pages/<page>.py`; the browser's back button leads here again.

    A lesson goes along, as with `link`.
    """
    whole = {**lesson_query(), **query}
    try:
        st.switch_page(f"{page}.py", query_params=whole)
    except StreamlitAPIException:  # run by itself, as `link`
        st.query_params.from_dict(whole)
        st.rerun()


def link(page: str, label: str, icon: str | None = None, **query: str | list[str]) -> None:
    """A link to `pages/<page>.py`; `query` becomes the address's parameters.

    A page run by itself (in a test, say) knows no other pages: it gets a plain link.
    """
    whole = {**lesson_query(), **query}
    try:
        st.page_link(f"{page}.py", label=label, icon=icon, query_params=whole or None)
    except StreamlitPageNotFoundError:
        st.markdown(
            f"[{label}](/{page}?{urlencode(whole, doseq=True)})" if whole else f"[{label}](/{page})"
        )


def now_at(query: Mapping[str, str]) -> None:
    """Write the whole address of this page anew; a lesson stays in it."""
    st.query_params.from_dict({**lesson_query(), **query})


def keep(name: str, value: str, usual: str) -> None:
    """Keep a choice in the address; the usual one is left out of it.

    What a page writes into the address unasked is one more press on the back button.
    """
    if value == usual:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value
