"""Ways from one page to another, with what is looked at in the address."""

from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError


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
