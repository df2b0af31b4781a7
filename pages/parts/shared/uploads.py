"""Files a reader sends: the limits shown are those the server's door applies."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import uploads
from cnnlab.errors import LabError
from pages.parts.shared.writing import WHY_NOT, may_write

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile


def file_field(label: str, kinds: Sequence[str], key: str, help: str = "") -> "UploadedFile | None":
    """A field for one zip or model; off, with the reason, until the server's token is given.

    Raises:
        LabError: the file is larger than allowed.
    """
    allowed, most = may_write(), most_mb()
    if allowed:
        uploads.trust(_session())
    file = st.file_uploader(
        label,
        type=list(kinds),
        key=key,
        max_upload_size=most,
        disabled=not allowed,
        help=f"Up to {most} MB. {help}".strip() if allowed else WHY_NOT,
    )
    if not allowed:
        st.caption(WHY_NOT)
        return None
    if file is not None and file.size > most * uploads.MIB:
        raise LabError(f"{file.name} is larger than {most} MB: bring a smaller one.")
    return file


def most_mb() -> int:
    """How large a file may be: the lab's own limit, and no more than Streamlit lets through."""
    return min(uploads.FILE_MB, int(st.get_option("server.maxUploadSize")))


def _session() -> str:
    """Which page of which reader this is, as the address of its uploads names it.

    Streamlit tells it under a name it may change; "" where it does not, and then the server's
    door lets any session send files once somebody has given the token.
    """
    try:
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        context = get_script_run_ctx(suppress_warning=True)
        return context.session_id if context else ""
    except (ImportError, AttributeError, TypeError):
        return ""
