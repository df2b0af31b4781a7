"""A network that has the channels first, turned into the same one that has them last.

The lab looks at maps as (height, width, channels): kernels, heat and arithmetic would be shown on
the wrong axes otherwise. Keras' kernels lie alike in both orders, so only settings change.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from cnnlab.keras_graph import Call, Graph, rebuilt, walk

_BY_FORMAT = (
    *("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose"),
    *("MaxPooling2D", "AveragePooling2D", "GlobalMaxPooling2D", "GlobalAveragePooling2D"),
    *("UpSampling2D", "ZeroPadding2D", "Cropping2D", "SpatialDropout2D"),
)
_ONE_BY_ONE = (
    *("Activation", "ReLU", "LeakyReLU", "ELU", "Dropout", "GaussianNoise", "GaussianDropout"),
    *("Identity", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"),
    *("ops.add", "ops.subtract", "ops.multiply", "ops.divide", "ops.true_divide", "ops.relu"),
    *("ops.relu6", "ops.cast", "ops.silu", "ops.gelu", "ops.sigmoid", "ops.tanh", "Rescaling"),
)
_CLOSE = 1e-3


def channels_last(model: keras.Model) -> keras.Model | None:
    """The same network for pictures `(height, width, channels)`.

    Args:
        model: One whose input is `(channels, height, width)`.

    Returns:
        The network; None where a layer of it has no such twin, or it does not answer alike.
    """
    graph = walk(model)
    if not all(_turns(call, graph) for call in graph):
        return None
    channels, height, width = model.inputs[0].shape[1:]
    try:
        turned = rebuilt(
            model,
            lambda call, config: _turned(call, config, graph),
            inputs=[keras.Input((height, width, channels), name="image_input")],
            build=lambda call, config: _built(call, config, graph),
        )
    except ValueError:
        return None
    return turned if _alike(model, turned) else None


def _is_map(shape: Sequence[int | None]) -> bool:
    return len(shape) == 3


def _sees_maps(call: Call, graph: Graph) -> bool:
    return any(_is_map(graph.shape(tensor)) for tensor in call.inputs)


def _turns(call: Call, graph: Graph) -> bool:
    """Whether a call has a twin that has the channels last."""
    if not _sees_maps(call, graph):
        return not _is_map(call.shape)
    config = call.layer.get_config() if call.is_layer else {}
    if call.kind in _BY_FORMAT:
        return bool(config["data_format"] == "channels_first")
    if call.kind == "BatchNormalization":
        return config["axis"] in (1, [1], -3)
    if call.kind == "Concatenate":
        return config["axis"] in (1, -3)
    if call.kind in _ONE_BY_ONE:  # with numbers alone, which have no axes
        return not any(np.ndim(value) for value in call.args if isinstance(value, np.ndarray))
    return call.kind == "Flatten"


def _turned(call: Call, config: dict[str, Any], graph: Graph) -> dict[str, Any]:
    if not _sees_maps(call, graph):
        return config
    if "data_format" in config:
        return {**config, "data_format": "channels_last"}
    return {**config, "axis": -1} if "axis" in config else config


def _built(call: Call, config: dict[str, Any], graph: Graph) -> keras.Layer | None:
    """A flattening in the order that the layer after it learned; None: as ever."""
    own = call.layer.get_config() if call.kind == "Flatten" else {}
    if own.get("data_format") != "channels_last" or not _sees_maps(call, graph):
        return None
    layers = keras.layers
    parts = [layers.Permute((3, 1, 2), name="channels_first"), layers.Flatten(name="flat")]
    return keras.Sequential(parts, name=config["name"])


def _alike(model: keras.Model, turned: keras.Model) -> bool:
    shape = [side or 32 for side in turned.inputs[0].shape[1:]]
    some = np.random.default_rng(0).uniform(0, 1, (2, *shape)).astype("float32")
    before = np.asarray(model.predict_on_batch(some.transpose(0, 3, 1, 2)))
    after = np.asarray(turned.predict_on_batch(some))
    return bool(np.allclose(before, after, atol=_CLOSE * max(1.0, float(np.abs(before).max()))))
