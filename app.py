"""The server: `streamlit run app.py`. The pages, the engine behind them and the queue."""

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

# The pages import `cnnlab` and `pages.parts` from here, wherever the server was started.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from cnnlab import api, engine, jobs


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Start the engine and the queue with the server; end them with it. Workers live on."""
    engine.start()
    # What is loaded now stays: keep the garbage collector from looking at it ever again.
    gc.freeze()
    with jobs.clock():
        yield
    engine.stop()


app = st.App("pages/_frame.py", lifespan=lifespan, routes=api.ROUTES)
