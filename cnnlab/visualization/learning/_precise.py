"""The same network in 64 bits, in which the eighth digit of a gradient can be trusted."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab.errors import LabError
from cnnlab.keras_graph import Call, rebuilt
from cnnlab.visualization._opened import Opened

if TYPE_CHECKING:
    import keras

Config = dict[str, Any]
Configure = Callable[[Call, Config], Config]


def in_float64(opened: Opened) -> "keras.Model":
    """A copy that computes in float64, frozen layers learning, too; kept with the opened model.

    Raises:
        LabError: it has nothing to learn.
    """
    if "float64" not in opened.memo:
        opened.memo["float64"] = copied(opened, lambda call, config: config)
    model: keras.Model = opened.memo["float64"]
    model.trainable = True
    if not model.trainable_weights:
        raise LabError("This network has no weights, so it has nothing to learn.")
    return model


def copied(opened: Opened, configure: Configure, **more: Any) -> "keras.Model":
    """A float64 copy with other settings; `configure` and what follows as for `rebuilt`."""
    import keras

    def precisely(call: Call, config: Config) -> Config:
        return dict(configure(call, config)) | {"dtype": "float64"}

    entry = keras.Input(opened.input_shape, dtype="float64")
    return rebuilt(opened.model, precisely, inputs=[entry], **more)


def picture64(image: np.ndarray) -> np.ndarray:
    """A batch of one, `(1, height, width, channels)`, in float64."""
    return np.asarray(image, np.float64)[None]
