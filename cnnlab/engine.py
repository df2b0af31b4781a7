"""One long-lived process that holds Keras for the pages; the server asks, the engine answers.

Streamlit slows down and may crash when Keras shares its process, so the server never imports
it. `call("module:function", ...)` runs a core function over there; arguments and results are
plain data. The process starts in the background, is started anew if it dies, and is ended
and replaced when a call outlasts its time limit.
"""

import gc
import importlib
import logging
import os
import sys
import threading
import time
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
    _drop(_pool)


def running() -> bool:
    """Whether the engine was started."""
    return _pool is not None


def begin(target: str, *args: Any) -> None:
    """Let the engine run `module:function` without waiting for it; what it refuses is not heard."""
    _submit(target, args)


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
        pool, answer = _submit(target, args)
        try:
            return answer.result(timeout=timeout_s)
        except CallTimeout:
            _drop(pool)
            raise LabError(
                f"This took longer than {timeout_s:.0f} s and was ended: try a smaller network."
            ) from None
        except _BROKEN:
            # It was killed (out of memory, perhaps): a fresh one gets one more try.
            _drop(pool)
            if attempt == 2:
                raise LabError(
                    "The computing process died twice on this (out of memory?): "
                    "try a smaller network."
                ) from None
    raise AssertionError("unreachable")


def pid() -> int:
    """The process that answers; the engine's when called through `call`."""
    return os.getpid()


def _drop(pool: ProcessPoolExecutor | None) -> None:
    """End a pool; one that others started in its place meanwhile stays."""
    global _pool
    with _lock:
        if pool is not None and pool is _pool:
            _pool = None
            pool.shutdown(wait=False, kill_workers=True)


def _submit(target: str, args: tuple) -> tuple[ProcessPoolExecutor, Future]:
    global _pool
    with _lock:
        _pool = _pool or _new_pool()
        try:
            return _pool, _pool.submit(_answer, target, args)
        except _BROKEN:  # it died while nobody asked
            _pool = _new_pool()
            return _pool, _pool.submit(_answer, target, args)


def _new_pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        max_workers=1,
        timeout=None,
        initializer=_load_keras,
        initargs=(os.getpid(),),
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": str(paths.ROOT)}


def _load_keras(server: int) -> None:
    """Runs in the engine: import Keras once; leave the cores to the pages when they want them."""
    os.nice(5)
    # First of all: the server may be gone before Keras is there.
    threading.Thread(target=_end_with, args=(server,), daemon=True).start()
    _silence_chatter()
    importlib.import_module("keras")
    # Every opened model is traced anew, which TensorFlow takes for a mistake and says so.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    # Keras' 350,000 objects stay: looked at by no garbage collection, a network builds faster.
    # So does one that is not looked through at every 700th new object of its own.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _silence_chatter() -> None:
    """Keep what TensorFlow writes past Python off the server's terminal; Python's own stays."""
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
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
