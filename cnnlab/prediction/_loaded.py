"""Interpreters that stay loaded.

The least recently used goes when there are too many, and a run's is read anew when its file
changes. Any thread may call; each interpreter works under its own lock.
"""

import threading
import time
from collections import OrderedDict
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from cnnlab.errors import LabError
from cnnlab.prediction._contents import convolutions
from cnnlab.prediction._damage import damage_explained
from cnnlab.schema import RunConfig

MAX_MODELS = 48  # a ladder of twenty sizes, and what others look at meanwhile
MAX_BYTES = 400 * 1024 * 1024


class Trained(Protocol):
    """What is needed of a run: its name, config, state and the path of its `model.tflite`."""

    @property
    def name(self) -> str: ...
    @property
    def config(self) -> RunConfig: ...
    @property
    def status(self) -> Any: ...
    @property
    def tflite_file(self) -> Path: ...


@dataclass
class Loaded:
    """One model file in memory.

    `stamp` is the file's time and size when it was read; `convolutions` the tensors behind them,
    where all tensors are kept.
    """

    interpreter: Interpreter
    stamp: tuple[int, int]
    convolutions: tuple[int, ...] = ()
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def size_bytes(self) -> int:
        return self.stamp[1]

    def probabilities(self, network_input: np.ndarray, name: str) -> tuple[np.ndarray, float]:
        """`(classes,)` and the milliseconds it took."""
        with self.lock, _damage_explained(name):
            output = self.interpreter.get_output_details()[0]["index"]
            start = time.perf_counter()
            self._run(network_input, name)
            values = self.interpreter.get_tensor(output)[0]
            return values, (time.perf_counter() - start) * 1000

    def maps(self, network_input: np.ndarray, name: str, layers: int) -> list[np.ndarray]:
        """Outputs of the first convolutions, `(height, width, maps)` each."""
        with self.lock, _damage_explained(name):
            self._run(network_input, name)
            return [self._real(index) for index in self.convolutions[:layers]]

    def _real(self, index: int) -> np.ndarray:
        """A tensor's values `(height, width, maps)`; those of an 8-bit network scaled back."""
        values = self.interpreter.get_tensor(index)[0].astype(np.float32)
        details = next(t for t in self.interpreter.get_tensor_details() if t["index"] == index)
        scale, zero = details["quantization"]
        return (values - zero) * scale if scale else values

    def _run(self, network_input: np.ndarray, name: str) -> None:
        entry = self.interpreter.get_input_details()[0]
        expected = tuple(int(side) for side in entry["shape"][1:])
        if network_input.shape != expected:
            raise LabError(f"{name} takes pictures of {expected}. Received: {network_input.shape}.")
        self.interpreter.set_tensor(entry["index"], network_input[None])
        self.interpreter.invoke()


_loaded: OrderedDict[tuple[Path, bool], Loaded] = OrderedDict()
_guard = threading.Lock()


def load(run: Trained, keep_all: bool = False) -> Loaded:
    """The run's interpreter; one that keeps every tensor is slower and kept apart."""
    key = run.tflite_file, keep_all
    stamp = _stamp(run)
    with _guard:
        model = _loaded.get(key)
        if model is None or model.stamp != stamp:
            model = _loaded[key] = _read(run, stamp, keep_all)
        _loaded.move_to_end(key)
        _forget_oldest()
    return model


def _forget_oldest() -> None:
    while len(_loaded) > 1 and (
        len(_loaded) > MAX_MODELS or sum(m.size_bytes for m in _loaded.values()) > MAX_BYTES
    ):
        _loaded.popitem(last=False)


def _stamp(run: Trained) -> tuple[int, int]:
    try:
        file = run.tflite_file.stat()
    except FileNotFoundError:
        raise LabError(_why_absent(run)) from None
    return file.st_mtime_ns, file.st_size


def _why_absent(run: Trained) -> str:
    """`run.status` itself raises a `LabError` where the whole folder is gone."""
    status = run.status
    if status.state in ("queued", "running", "stopping"):
        return f"{run.name} is still training ({status.state}): wait for its end, or stop it."
    if status.state == "done":
        return f"{run.name} has lost its model.tflite: train it again or choose another model."
    return f"{run.name} has not finished ({status.state}): resume it on the Train page."


def _read(run: Trained, stamp: tuple[int, int], keep_all: bool) -> Loaded:
    with _damage_explained(run.name):
        # Bytes, not a path: a mapped file that is cut short under us would kill the process.
        content = run.tflite_file.read_bytes()
        interpreter = _interpreter(content, keep_all)
        return Loaded(interpreter, stamp, convolutions(content) if keep_all else ())


def _damage_explained(name: str) -> AbstractContextManager[None]:
    return damage_explained(f"The model file of {name}", "train it again or choose another model")


def _interpreter(content: bytes, keep_all: bool) -> Interpreter:
    # Fused operations leave no tensors between them to look at.
    kinds = OpResolverType
    resolver = kinds.BUILTIN_WITHOUT_DEFAULT_DELEGATES if keep_all else kinds.AUTO
    interpreter = Interpreter(
        model_content=content,
        num_threads=1,
        experimental_op_resolver_type=resolver,
        experimental_preserve_all_tensors=keep_all,
    )
    interpreter.allocate_tensors()
    interpreter.invoke()  # some damage shows only here; and the reader's first call is warm
    return interpreter
