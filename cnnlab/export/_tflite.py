"""A Keras model as a LiteRT file, in float32 or in fewer bits."""

import contextlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from cnnlab.errors import LabError
from cnnlab.export._rounding import rounded
from cnnlab.runs import Run, replacing

if TYPE_CHECKING:
    import keras

PRECISIONS = ("float32", "float16", "dynamic_int8", "int8")


def to_tflite(
    model: "keras.Model", precision: str = "float32", pictures: np.ndarray | None = None
) -> bytes:
    """The model as a LiteRT file: one float32 picture `(1, h, w, c)` in, probabilities out.

    Args:
        model: Maps floats in 0..1 to probabilities.
        precision: One of `PRECISIONS`; "int8" also computes in integers, float goes in and out.
        pictures: For "int8", uint8 `(n, h, w, c)` by which ranges are measured and weights rounded.

    Raises:
        LabError: no pictures for "int8", or a layer that LiteRT has no 8-bit version of.
    """
    # TensorFlow proper, because the format needs its converter.
    import tensorflow as tf

    if precision == "int8":
        if pictures is None or not len(pictures):
            raise LabError("Full int8 needs pictures that show how large the values get.")
        model = rounded(model, pictures.astype("float32") / 255)
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if precision != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if precision == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if precision == "int8":
        converter.representative_dataset = lambda: _one_by_one(pictures)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # the converter prints endpoint lists
            return converter.convert()
    except (ValueError, RuntimeError, tf.errors.OpError) as error:
        if precision == "float32":
            raise
        reason = str(error).strip().splitlines()[0][:160]
        raise LabError(
            f"LiteRT cannot write this network as {precision} ({reason}): choose float16."
        ) from error


def _one_by_one(pictures: np.ndarray) -> Iterator[list[np.ndarray]]:
    for picture in pictures:
        yield [picture[None].astype("float32") / 255]


def save_tflite(run: Run, model: "keras.Model") -> int:
    """Write the run's `model.tflite`; its size in bytes."""
    return write_tflite(run, to_tflite(model))


def write_tflite(run: Run, content: bytes) -> int:
    """Replace the run's `model.tflite` by a file converted already; its size in bytes."""
    with replacing(run.tflite_file) as temporary:
        temporary.write_bytes(content)
    return len(content)
