"""The server: `streamlit run app.py`. The pages, the engine behind them and the queue."""

import gc
import inspect
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

# Arrow's own allocator keeps a few megabytes for each thread that ever made a table.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

# Now, and not in the first reader's page: Plotly looks at pandas without waiting for its import,
# and a second page would find it half loaded.
import pandas  # noqa: F401
import streamlit as st

# The pages import `cnnlab` and `pages.parts` from here, wherever the server was started.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from cnnlab import (
    api,
    engine,
    jobs,
    lab,  # noqa: F401 - with its plots, for the first reader's page
    memory,
)
from pages.parts.shared import waiting

memory.keep_little()  # before the server's threads begin

# Loading Keras takes two cores for seconds: the first page comes first.
ENGINE_AFTER_S = 4.0


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Start the engine and the queue with the server; end them with it. Workers live on."""
    engine.while_waiting(waiting.watching)
    timer = threading.Timer(ENGINE_AFTER_S, engine.start)
    timer.start()
    # Streamlit asks this on its first element, and Python then visits every module: 0.1 s that
    # pass better while the first reader's browser is busy itself.
    threading.Thread(target=inspect.stack, daemon=True).start()
    # What is loaded now stays: keep the garbage collector from looking at it ever again.
    gc.freeze()
    with jobs.clock():
        yield
    timer.cancel()
    engine.stop()


app = st.App(
    "pages/_frame.py",
    lifespan=lifespan,
    routes=[*api.ROUTES, *api.PAGE_ROUTES],
    middleware=api.MIDDLEWARE,
)
