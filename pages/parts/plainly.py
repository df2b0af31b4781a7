"""What the lab refuses, said on the page in its one sentence."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st

from cnnlab.errors import LabError


def plainly(show: Callable[..., None]) -> Callable[..., None]:
    """Decorator for a fragment: a `LabError` becomes an error box, for it runs by itself."""

    @wraps(show)
    def shown(*arguments: Any) -> None:
        try:
            show(*arguments)
        except LabError as error:
            st.error(str(error))

    return shown
