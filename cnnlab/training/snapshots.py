"""Kept along the way: kernels before the first step, at chosen epochs, and of the best epoch.

Of a small network all weights are kept at those epochs, too: what it made of a picture then can be
computed later.
"""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from cnnlab.keras_graph import layers
from cnnlab.runs import Run
from cnnlab.runs.arrays import write_arrays

_MOST_EPOCHS = 40
_MOST_FLOATS = 1_000_000
_MOST_WEIGHTS = 150_000  # 40 moments in half precision take 12 MB


def snapshot_epochs(epochs: int) -> set[int]:
    """The epochs, 1-based, worth keeping: all of a short training, else evenly thinning out."""
    if epochs <= _MOST_EPOCHS:
        return set(range(1, epochs + 1))
    return {round(epochs ** (i / (_MOST_EPOCHS - 1))) for i in range(_MOST_EPOCHS)}


def conv_kernels(model: keras.Model) -> Iterator[tuple[str, np.ndarray]]:
    """Each convolution's kernel `(height, width, in, out)` under its layer's name.

    Depthwise kernels are `(height, width, channels, multiplier)`; a separable layer gives two.
    """
    for name, layer in layers(model).items():
        if isinstance(layer, keras.layers.SeparableConv2D):
            yield f"{name} depthwise", np.asarray(layer.depthwise_kernel)
            yield f"{name} pointwise", np.asarray(layer.pointwise_kernel)
        elif isinstance(layer, (keras.layers.Conv2D, keras.layers.DepthwiseConv2D)):
            yield name, np.asarray(layer.kernel)


def save_snapshot(run: Run, model: keras.Model, moment: str) -> None:
    """Keep the kernels as `snapshots/<moment>.npz`; big networks only at the start and the end."""
    kernels: dict[str, Any] = dict(conv_kernels(model))
    if moment.isdecimal() and sum(k.size for k in kernels.values()) > _MOST_FLOATS:
        return
    run.snapshots_dir.mkdir(exist_ok=True)
    write_arrays(run.snapshots_dir / f"{moment}.npz", kernels)
    if moment != "final":  # the best epoch's are in the run's model
        _save_weights(run, model, moment)


def _save_weights(run: Run, model: keras.Model, moment: str) -> None:
    """All weights as `weights/<moment>.npz`, in the model's order; kernels in half precision."""
    if model.count_params() > _MOST_WEIGHTS:
        return
    weights = [w.astype("float16") if w.ndim > 1 else w for w in model.get_weights()]
    if not all(np.isfinite(w).all() for w in weights):
        return  # it exploded: half precision does not hold its weights
    run.weights_dir.mkdir(exist_ok=True)
    arrays = {f"{number:04d}": w for number, w in enumerate(weights)}
    write_arrays(run.weights_dir / f"{moment}.npz", arrays)
