"""Weights brought to 8 bits so that a layer's output, not each weight, stays where it was.

Rounding every weight to its nearest step leaves errors that add up. Here a layer's weights are
rounded one input after the other, and what one loses the next ones make up for, as far as they
see the same things in the calibration pictures. Source: Frantar and Alistarh, "Optimal Brain
Compression", 2022, arXiv:2208.11580; in this order and form: Frantar et al., "GPTQ", 2022,
arXiv:2210.17323.
"""

import functools
from collections.abc import Iterable
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab import integer
from cnnlab.keras_graph import INPUT, Graph, Running, Tensor, last_readers, rebuilt, symbolic, walk

if TYPE_CHECKING:
    import keras

_STEPS = 127
_MOST_INPUTS = 4096  # of a layer: beyond, the matrix of their products is too large
_MOST_ROWS = 20_000
_PART_BYTES = 64 << 20  # of what a layer sees of pictures that are looked at together
_DAMPING = 0.01


def rounded(model: "keras.Model", pictures: np.ndarray) -> "keras.Model":
    """A copy of `model` whose convolutions and dense layers hold weights of 255 steps each.

    The steps of a filter are those LiteRT takes, from its largest weight, which stays as it is:
    the converter finds every weight on a step already.

    Args:
        model: Any classifier; it is not changed.
        pictures: Float32 in 0..1 `(n, height, width, channels)`, some hundreds of training ones.
    """
    import keras

    copy = rebuilt(model)
    graph = walk(copy)
    running = Running(graph, [pictures])
    small = 4 * len(pictures) * _alive(graph, pictures.shape[1:]) <= _PART_BYTES
    inside = functools.cache(lambda: symbolic(copy, graph))
    for call in graph:
        layer = call.layer
        if call.again or not isinstance(layer, (keras.layers.Conv2D, keras.layers.Dense)):
            continue
        kernel = np.asarray(layer.kernel, "float64")
        flat = kernel.reshape(-1, kernel.shape[-1])
        grouped = getattr(layer, "groups", 1) > 1
        if grouped or len(flat) > _MOST_INPUTS or not flat.any():
            continue
        if integer.steps_of(flat.T)[1] is not None:
            continue  # learned on few steps, all of which int8 has: a chip packs what stays on them
        read = call.inputs[0]
        if small:
            seen = _rows(layer, running.value(read))
        else:
            given = copy.inputs[0] if read.call == INPUT else inside()[read.call][read.index]
            before = graph.calls[: read.call + 1]
            numbers = _numbers(shape for one in before for shape in one.shapes)
            seen = _inputs(keras.Model(copy.inputs, given), layer, pictures, numbers)
        if np.isfinite(flat).all() and np.isfinite(seen).all():
            layer.kernel.assign(round_columns(flat, seen.T @ seen).reshape(kernel.shape))
    return copy


def round_columns(weights: np.ndarray, products: np.ndarray) -> np.ndarray:
    """Each column of `weights` on 255 steps, so that `x @ weights` changes little.

    Args:
        weights: `(inputs, outputs)`.
        products: `(inputs, inputs)`, the sum of `x x^T` over what the layer sees.
    """
    count = len(weights)
    largest = np.abs(weights).max(axis=0)
    step = np.where(largest > 0, largest, 1) / _STEPS
    # One weight of the largest size stays, or the steps would be others.
    pinned = np.zeros(weights.shape, bool)
    pinned[np.abs(weights).argmax(axis=0), np.arange(weights.shape[1])] = True
    damped = products + np.eye(count) * (_DAMPING * np.trace(products) / count + 1e-12)
    # Row i of this root says how the inputs after i can make up for an error in input i.
    root = np.linalg.cholesky(np.linalg.inv(damped)).T
    left, done = weights.copy(), np.empty_like(weights)
    for i in range(count):
        steps = np.clip(np.rint(left[i] / step), -_STEPS, _STEPS)
        done[i] = np.where(pinned[i], weights[i], steps * step)
        error = (left[i] - done[i]) / root[i, i]
        left[i + 1 :] -= np.outer(root[i, i + 1 :], error)
    return done


def _rows(layer: "keras.layers.Layer", maps: Any) -> np.ndarray:
    """As `_inputs`, of the maps that the layer reads."""
    patches = _numbers([maps.shape[1:-1]]) * prod(layer.kernel.shape[:-1])
    count = min(len(maps), -(-len(maps) * 4 * patches // _PART_BYTES))
    parts = np.array_split(np.asarray(maps), count)
    return _some((_seen(layer, part) for part in parts), count)


def _inputs(
    until: "keras.Model", layer: "keras.layers.Layer", pictures: np.ndarray, numbers: int = 0
) -> np.ndarray:
    """What applications of the layer's kernel see: rows `(n, inputs)`, alike many of each part.

    Part by part, for the patches of one picture and the maps on the way there, `numbers` in all,
    may take some MB. Called without `predict`, which would write a program for each layer first.
    """
    patches = _numbers([until.output_shape[1:-1]]) * prod(layer.kernel.shape[:-1])
    count = min(len(pictures), -(-len(pictures) * 4 * (numbers + patches) // _PART_BYTES))
    parts = np.array_split(pictures, count)
    return _some((_seen(layer, until([part], training=False)) for part in parts), count)


def _some(parts: Iterable[np.ndarray], count: int) -> np.ndarray:
    """Rows of each of `count` parts, chosen by chance, `_MOST_ROWS` in all."""
    chance = np.random.default_rng(0)
    share = -(-_MOST_ROWS // count)
    kept = [rows[chance.permutation(len(rows))[:share]] for rows in parts]
    return np.concatenate(kept).astype("float64")


def _alive(graph: Graph, entry: tuple[int, ...]) -> int:
    """The most numbers of one picture that are needed at once, call after call."""
    last, sizes = last_readers(graph), {Tensor(INPUT, 0): prod(entry)}
    most = 0
    for call in graph.calls:
        sizes.update({t: _numbers([s]) for t, s in zip(call.outputs, call.shapes, strict=True)})
        most = max(most, sum(sizes.values()))
        for read in set(call.inputs):
            if last[read] == call.number:
                sizes.pop(read, None)
    return most


def _numbers(shapes: Iterable[tuple[int | None, ...]]) -> int:
    """In maps of these shapes, for one picture."""
    return sum(prod(side or 1 for side in shape) for shape in shapes)


def _seen(layer: "keras.layers.Layer", maps: np.ndarray) -> np.ndarray:
    """The rows that the layer multiplies with its kernel, for these inputs of it."""
    import keras

    if isinstance(layer, keras.layers.Conv2D):
        maps = keras.ops.image.extract_patches(
            maps,
            layer.kernel_size,
            strides=layer.strides,
            dilation_rate=layer.dilation_rate,
            padding=layer.padding,
            data_format="channels_last",
        )
    maps = np.asarray(maps)
    return maps.reshape(-1, maps.shape[-1])
