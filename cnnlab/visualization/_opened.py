"""A model laid open: what every layer makes of a picture.

The opened models stay in memory, a few at a time, so that a page's next question finds
everything traced.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab.errors import LabError
from cnnlab.keras_graph import INPUT, Call, open_file, rebuilt, walk
from cnnlab.visualization._calls import run

if TYPE_CHECKING:
    import keras

MAX_MODELS = 4
MAX_PASSES = 4  # pictures whose maps are kept, per model
MAX_VALUES = 50_000_000  # of all maps together that are in memory at once
MAX_BATCH = 250


@dataclass
class Opened:
    """A model, its calls in running order, and what was computed with them.

    `output` is the number of the call that gives the answer; `memo` keeps what a method computed
    for the next question to the same model.
    """

    model: "keras.Model"
    calls: tuple[Call, ...]
    output: int
    memo: dict[Any, Any] = field(default_factory=dict)
    _passes: OrderedDict[bytes, list[np.ndarray]] = field(default_factory=OrderedDict)
    _probe: Any = None

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """The picture's (height, width, channels)."""
        height, width, channels = self.model.inputs[0].shape[1:]
        return height, width, channels

    def index(self, name: str) -> int:
        """The number of the call called `name`.

        Raises:
            LabError: no such layer; the message lists those there are.
        """
        for number, call in enumerate(self.calls):
            if call.name == name:
                return number
        names = ", ".join(call.name for call in self.calls)
        raise LabError(f"This network has no layer {name!r}; it has: {names}.")

    @property
    def values_per_picture(self) -> int:
        """How many numbers all calls together make of one picture."""
        return sum(math.prod(call.fixed_shape) for call in self.calls)

    @property
    def batch(self) -> int:
        """How many pictures may go through at once; few through a large network."""
        return max(1, min(MAX_BATCH, MAX_VALUES // self.values_per_picture))

    def batches(self, images: np.ndarray) -> list[np.ndarray]:
        """`(n, ...)` cut into parts that may go through at once."""
        return [images[i : i + self.batch] for i in range(0, len(images), self.batch)]

    def shape_of(self, number: int) -> tuple[int, ...]:
        """Shape of a call's output, or of the picture, without the batch."""
        return self.input_shape if number == INPUT else self.calls[number].fixed_shape

    def readers(self, number: int) -> list[int]:
        """Numbers of the calls that read what call `number` makes."""
        return [reader for reader, call in enumerate(self.calls) if number in call.reads]

    def outputs(self, images: np.ndarray) -> list[np.ndarray]:
        """Every call's output for `(n, height, width, channels)`: arrays `(n, ...)`, in order."""
        if self._probe is None:
            self._probe = _probe(self.calls)
        return [np.asarray(array) for array in self._probe.predict_on_batch(images)]

    def activations(self, image: np.ndarray) -> list[np.ndarray]:
        """Every call's output `(...)` for one picture `(height, width, channels)`; kept.

        Raises:
            LabError: the picture has another shape than the network's input.
        """
        image = self.checked(image)
        key = image.tobytes()
        if key not in self._passes:
            self._passes[key] = [array[0] for array in self.outputs(image[None])]
            most = max(1, min(MAX_PASSES, self.batch))
            while len(self._passes) > most:
                self._passes.popitem(last=False)
        self._passes.move_to_end(key)
        return self._passes[key]

    def checked(self, image: np.ndarray) -> np.ndarray:
        """The picture `(height, width, channels)` as float32.

        Raises:
            LabError: it has not the shape of the network's input.
        """
        image = np.ascontiguousarray(image, np.float32)
        if image.shape != self.input_shape:
            raise LabError(
                f"This network takes pictures of {self.input_shape}. Received: {image.shape}."
            )
        return image

    def forget_passes(self) -> None:
        """Drop the kept outputs, after the weights were changed."""
        self._passes.clear()

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """`(n, classes)` for `(n, height, width, channels)`."""
        answers = [np.asarray(self.model.predict_on_batch(part)) for part in self.batches(images)]
        return np.concatenate(answers)


def _probe(calls: tuple[Call, ...]) -> "keras.Model":
    """A Keras model that gives every call's output, traced once and then fast."""
    import keras

    class Probe(keras.Model):
        def call(self, picture: Any) -> list[Any]:
            return run(calls, picture)

    return Probe()


_opened: OrderedDict[Path, tuple[int, Opened]] = OrderedDict()


def open_run(path: str | Path) -> Opened:
    """The best model of the run in folder `path`, opened; kept until its file changes.

    Raises:
        LabError: no model was saved yet, or its file is damaged.
    """
    file = Path(path) / "model.keras"
    try:
        stamp = file.stat().st_mtime_ns
    except FileNotFoundError:
        raise LabError(
            f"{file.parent.name} has no trained model yet: wait for its first epoch to end."
        ) from None
    if file not in _opened or _opened[file][0] != stamp:
        _opened[file] = (stamp, open_model(open_file(file, file.parent.name)))
        while len(_opened) > MAX_MODELS:
            _opened.popitem(last=False)
    _opened.move_to_end(file)
    return _opened[file][1]


def open_model(model: "keras.Model") -> Opened:
    """Any built Sequential or functional model, laid open; its layers and weights are shared.

    A model of fixed batches or with named outputs is opened as a copy without them.

    Raises:
        LabError: a subclassed model, or one that has not exactly one picture as its input.
    """
    inputs = getattr(model, "inputs", None) or []
    if len(inputs) != 1 or len(inputs[0].shape) != 4 or None in inputs[0].shape[1:]:
        raise LabError(
            "Only a Sequential or functional model that reads one picture of a fixed size can be "
            "looked into; give it a keras.Input such as (28, 28, 1)."
        )
    if len(model.outputs) != 1:
        raise LabError(
            f"This model gives {len(model.outputs)} answers; only one with a single answer can be "
            "looked into: cut the others off and save it again."
        )
    if inputs[0].shape[0] is not None or not _gives_a_tensor(model):
        model = rebuilt(model)
    graph = walk(model)
    if graph.outputs[0].call == INPUT:
        raise LabError("This model hands its picture on as it is: there is nothing to look into.")
    return Opened(model, graph.calls, graph.outputs[0].call)


def _gives_a_tensor(model: "keras.Model") -> bool:
    """Whether it answers with its tensor, not with that in a dict or list."""
    import keras

    return isinstance(model, keras.Sequential) or isinstance(model.output, keras.KerasTensor)
