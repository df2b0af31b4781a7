"""One long-lived process that holds Keras for the pages; the server asks, the engine answers.

Streamlit slows down and may crash when Keras shares its process, so the server never imports
it. `call("module:function", ...)` runs a core function over there; arguments and results are
plain data. The process starts in the background, is started anew if it dies, and is ended
and replaced when a call outlasts its time limit.
"""

import contextlib
import importlib
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as CallTimeout
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from loky import ProcessPoolExecutor
from loky.process_executor import ShutdownExecutorError, TerminatedWorkerError

from cnnlab import paths
from cnnlab.errors import LabError

_BROKEN = (BrokenProcessPool, TerminatedWorkerError, ShutdownExecutorError)
_lock = threading.Lock()
_pool: ProcessPoolExecutor | None = None


def start() -> None:
    """Start the engine in the background, so that the first question finds it warm."""
    _submit("cnnlab.engine:pid", ())


def stop() -> None:
    """End the engine's process at once."""
    global _pool
    with _lock:
        if _pool is not None:
            _pool.shutdown(wait=False, kill_workers=True)
            _pool = None


def call(target: str, *args: Any, timeout_s: float = 60.0) -> Any:
    """Run `module:function` in the engine process and return its result.

    Args:
        target: Such as "cnnlab.summary:summarize_architecture".
        args: Plain data, pickled on the way.
        timeout_s: After so many seconds the engine is ended and replaced.

    Raises:
        LabError: what the function raised, or the engine died or took too long.
    """
    for attempt in (1, 2):
        try:
            return _submit(target, args).result(timeout=timeout_s)
        except CallTimeout:
            stop()
            raise LabError(
                f"This took longer than {timeout_s:.0f} s and was ended: try a smaller network."
            ) from None
        except _BROKEN:
            # It was killed (out of memory, perhaps): a fresh one gets one more try.
            stop()
            if attempt == 2:
                raise LabError(
                    "The computing process died twice on this (out of memory?): "
                    "try a smaller network."
                ) from None
    raise AssertionError("unreachable")


def pid() -> int:
    """The process that answers; the engine's when called through `call`."""
    return os.getpid()


def _submit(target: str, args: tuple) -> Future:
    global _pool
    with _lock:
        if _pool is None:
            _pool = ProcessPoolExecutor(
                max_workers=1, timeout=None, initializer=_load_keras, env=_environment()
            )
        return _pool.submit(_answer, target, args)


def _environment() -> dict[str, str]:
    return {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(paths.ROOT)}


def _load_keras() -> None:
    """Runs in the engine: import Keras once; leave the cores to the pages when they want them."""
    os.nice(5)
    with _quiet():
        importlib.import_module("keras")
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep TensorFlow's start-up chatter, written past Python, off the server's terminal."""
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def _end_with(parent: int) -> None:
    """Runs in the engine: leave when the server has gone, however it went."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(0)


def _answer(target: str, args: tuple) -> Any:
    """Runs in the engine."""
    module, _, function = target.partition(":")
    return getattr(importlib.import_module(module), function)(*args)
