"""A prepared picture in, labeled probabilities out: LiteRT in the calling process, no Keras.

Interpreters stay loaded: the least recently used goes when there are too many, and a run's is
read anew when its file changes. Any thread may call; each interpreter works under its own lock.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from cnnlab import images
from cnnlab.errors import LabError

MAX_MODELS = 12
MAX_BYTES = 400 * 1024 * 1024
SURE = 0.8
STEADY = 0.25  # share of slightly changed copies that may be read otherwise


class Trained(Protocol):
    """What is needed of a run: its name, config, state and the path of its `model.tflite`."""

    name: str
    config: Mapping[str, Any]
    status: Any
    tflite_file: Path


@dataclass(frozen=True)
class Prediction:
    """What one model says of one picture.

    Attributes:
        run: The run's name.
        labels: Class names, most probable first.
        probabilities: In the order of `labels`; they sum to 1.
        by_class: The same as `{label: probability}` in the classes' own order.
        latency_ms: Time of this one call in the interpreter, in milliseconds.
    """

    run: str
    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    by_class: Mapping[str, float]
    latency_ms: float

    @property
    def label(self) -> str:
        """The most probable class."""
        return self.labels[0]

    @property
    def confidence(self) -> float:
        """The probability of `label`, 0..1."""
        return self.probabilities[0]

    @property
    def sure(self) -> bool:
        """Whether the best class reaches 80 %; below that a second look is due."""
        return self.confidence >= SURE


@dataclass(frozen=True)
class Answer:
    """A picture shown to one model.

    Attributes:
        prepared: What the network saw of it.
        prediction: What it says; None where the picture is blank.
        wavers: The label that copies turned or shifted a little get instead; empty if they
            keep the label, as a digit that is read for good reasons does.
    """

    prepared: images.Prepared
    prediction: Prediction | None
    wavers: str = ""


def ask(run: Trained, picture: np.ndarray, **options: str) -> Answer:
    """Prepares a picture the way the run's network was trained, and predicts.

    Pages, command line and HTTP all ask here, so that all three say the same.

    Args:
        run: A finished run.
        picture: uint8, `(h, w)` or `(h, w, 3)`.
        options: `how` and `ink` of `images.prepare`.

    Raises:
        LabError: what `images.prepare` and `predict` refuse.
    """
    preparation = run.config["preparation"]
    shape = tuple(run.config["input_shape"])
    prepared = images.prepare(picture, shape, preparation, **options)
    if prepared.blank:
        return Answer(prepared, None)
    said = predict(run, prepared.network_input)
    wavers = _wavers(run, prepared.network_input, said.label) if preparation == "digit" else ""
    return Answer(prepared, said, wavers)


def _wavers(run: Trained, network_input: np.ndarray, label: str) -> str:
    copies = images.nearby(network_input)
    others = [said for copy in copies if (said := predict(run, copy).label) != label]
    return max(others, key=others.count) if len(others) > STEADY * len(copies) else ""


def predict(run: Trained, network_input: np.ndarray) -> Prediction:
    """What the run's network sees in one prepared picture.

    Args:
        run: A finished run.
        network_input: `(height, width, channels)`, floats in 0..1, in the network's own size.

    Raises:
        LabError: no `model.tflite` yet or any more, a damaged one, another input shape, or a
            network whose training ended in numbers that are not finite.
    """
    model = _load(run)
    outputs, latency_ms = model.probabilities(np.asarray(network_input, np.float32), run.name)
    labels = [str(label) for label in run.config["labels"]]
    if not np.isfinite(outputs).all():
        raise LabError(
            f"{run.name} answers with no numbers (its training diverged): train it anew."
        )
    if len(labels) != len(outputs):
        raise LabError(f"{run.name} names {len(labels)} classes and its model has {len(outputs)}.")
    order = np.argsort(-outputs, kind="stable")
    return Prediction(
        run=run.name,
        labels=tuple(labels[index] for index in order),
        probabilities=tuple(float(outputs[index]) for index in order),
        by_class=dict(zip(labels, map(float, outputs), strict=True)),
        latency_ms=latency_ms,
    )


def opinion(answers: Sequence[Answer]) -> str:
    """How far to trust what several models say of one picture: agreement, then doubt."""
    given = [answer for answer in answers if answer.prediction]
    said = [answer.prediction for answer in given]
    if not said:
        return ""
    if len({one.label for one in said}) > 1:
        labels = ", ".join(f"{one.label} ({one.confidence:.0%})" for one in said)
        return f"The models disagree: {labels}. Look at what the network sees before trusting one."
    label = said[0].label
    who = f"All {len(said)} models say {label}" if len(said) > 1 else f"The model says {label}"
    doubt = _doubt(given)
    return f"{who}. Unsure: {doubt}" if doubt else f"{who}."


def _doubt(answers: Sequence[Answer]) -> str:
    """The strongest reason to doubt the answers, or nothing."""
    least = min((a.prediction for a in answers), key=lambda one: one.confidence)
    if not least.sure:
        second = f"{least.labels[1]} is next with {least.probabilities[1]:.0%}"
        return f"{least.run} gives it only {least.confidence:.0%}; {second}."
    for answer in answers:
        if answer.wavers:
            return (
                f"turned or shifted a little, {answer.prediction.run} reads it as {answer.wavers}."
            )
    reasons = [reason for answer in answers for reason in answer.prepared.doubts]
    return reasons[0][0].lower() + reasons[0][1:] if reasons else ""


@dataclass
class _Loaded:
    """One model file in memory. `stamp` is the file's time and size when it was read."""

    interpreter: Interpreter
    stamp: tuple[int, int]
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def size_bytes(self) -> int:
        return self.stamp[1]

    def probabilities(self, network_input: np.ndarray, name: str) -> tuple[np.ndarray, float]:
        """`(classes,)` and the milliseconds it took."""
        entry = self.interpreter.get_input_details()[0]
        expected = tuple(int(side) for side in entry["shape"][1:])
        if network_input.shape != expected:
            raise LabError(f"{name} takes pictures of {expected}. Received: {network_input.shape}.")
        output = self.interpreter.get_output_details()[0]["index"]
        with self.lock:
            start = time.perf_counter()
            self.interpreter.set_tensor(entry["index"], network_input[None])
            self.interpreter.invoke()
            values = self.interpreter.get_tensor(output)[0]
            return values, (time.perf_counter() - start) * 1000


_loaded: OrderedDict[Path, _Loaded] = OrderedDict()
_guard = threading.Lock()


def _load(run: Trained) -> _Loaded:
    path = run.tflite_file
    stamp = _stamp(run)
    with _guard:
        model = _loaded.get(path)
        if model is None or model.stamp != stamp:
            model = _loaded[path] = _Loaded(_interpreter(run), stamp)
        _loaded.move_to_end(path)
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


def _interpreter(run: Trained) -> Interpreter:
    # Bytes, not a path: a mapped file that is cut short under us would kill the process.
    try:
        interpreter = Interpreter(model_content=run.tflite_file.read_bytes(), num_threads=1)
        interpreter.allocate_tensors()
        interpreter.invoke()  # some damage shows only here; and the reader's first call is warm
    except (ValueError, RuntimeError, OSError) as error:
        raise LabError(
            f"The model file of {run.name} is damaged ({str(error).splitlines()[0]}): "
            "train it again or choose another model."
        ) from None
    return interpreter
