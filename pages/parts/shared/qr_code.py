"""A QR code that leads a phone in the same network to a page of this server."""

import streamlit as st

from cnnlab import qr
from cnnlab.errors import LabError

WIDTH = 220  # pixels: read by a phone from an arm's length


def qr_code(path: str, words: str) -> None:
    """Show the code of an address on this server, and the address itself; or why there is none.

    Args:
        path: On this server, with its slash.
        words: What the phone finds there.
    """
    try:
        address = f"{qr.reachable(st.context.url or '', _listening())}{path}"
        picture = qr.svg(address)
    except LabError as error:
        st.info(str(error), icon=":material/qr_code:")
        return
    st.image(picture, width=WIDTH)
    st.caption(f"{words} The phone has to be in the same network: [{address}]({address})")


def _listening() -> qr.Listening:
    told = st.get_option("browser.serverAddress")  # where readers come from outside, if told
    return qr.Listening(
        address=(told if told != "localhost" else st.get_option("server.address")) or "",
        port=st.get_option("server.port"),
        base=st.get_option("server.baseUrlPath").strip("/"),
        secure=bool(st.get_option("server.sslCertFile")),
    )
