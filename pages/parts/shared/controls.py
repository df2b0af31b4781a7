"""Controls of the Compare page whose choice stands in the address."""

from collections.abc import Sequence

import streamlit as st

from pages.parts.shared.plainly import literal


def one_of(label: str, options: Sequence[str], key: str, help: str | None = None) -> str:
    """One of several words side by side; the first unless the address names another."""
    chosen = st.segmented_control(
        label,
        options,
        default=options[0],
        format_func=literal,
        key=key,
        bind="query-params",
        required=True,
        help=help,
    )
    return chosen or options[0]  # an address such as `?view=` asks for nothing at all
