"""A Keras model as a LiteRT file, in float32 or in fewer bits."""

import contextlib
import functools
import io
import math
import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab import evaluation, prediction, progress
from cnnlab.errors import LabError
from cnnlab.export._rounding import rounded
from cnnlab.runs import Run
from cnnlab.schema import replacing

if TYPE_CHECKING:
    import keras

CALIBRATION = 200  # pictures: enough for ranges and for rounding
LARGE = 64_000_000  # weights
JUDGES = 1000  # pictures: with fewer, chance chooses between the files
Trace = Callable[[bool], Any]
_SHARES = (8, 4, 1)  # of the calibration pictures that measure ranges


def to_float32(model: "keras.Model") -> bytes:
    """The model as a LiteRT file: one float32 picture `(1, h, w, c)` in, probabilities out.

    Args:
        model: Maps floats in 0..1 to probabilities.
    """
    return converted(model)


def to_float16(model: "keras.Model") -> bytes:
    """As `to_float32`, its weights in half precision.

    Raises:
        LabError: a layer that LiteRT cannot write so.
    """
    import tensorflow as tf

    def half(converter: Any) -> None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]

    return converted(model, half)


def to_dynamic_int8(model: "keras.Model") -> bytes:
    """As `to_float32`, its weights in 8 bits and what flows scaled to 8 bits for every picture.

    Raises:
        LabError: a layer that LiteRT cannot write so.
    """
    import tensorflow as tf

    def dynamic(converter: Any) -> None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]

    return converted(model, dynamic)


def to_int8(
    model: "keras.Model",
    pictures: np.ndarray,
    calibration: int = CALIBRATION,
    float_file: bytes = b"",
) -> bytes:
    """As `to_float32`, but it computes in 8-bit integers; floats go in and out.

    Args:
        model: Maps floats in 0..1 to probabilities.
        pictures: uint8 `(n, h, w, c)`. Of three files the one is kept whose answers to these are
            nearest to the model's; `JUDGES` of them are enough.
        calibration: By so many of them weights are rounded. Ranges are measured on all of these,
            a quarter of them or an eighth, which makes the three files: fewer pictures give finer
            steps and cut more large values off.
        float_file: The model as a LiteRT file in float32, where there is one: it says sooner than
            Keras what the model answers.

    Raises:
        LabError: no pictures, or a layer that LiteRT has no 8-bit version of.
    """
    if not len(pictures):
        raise LabError("Full int8 needs pictures that show how large the values get.")
    floats = pictures[:calibration].astype("float32") / 255
    if float_file:
        expected = prediction.answer_all(float_file, pictures)
    else:
        expected = evaluation.predict_all(model, pictures)
    counts = sorted({max(1, len(floats) // share) for share in _SHARES})
    progress.tell(0, 1 + len(counts), "steps to int8: rounding the weights")
    on_steps = rounded(model, floats)
    traced = functools.cache(lambda fixed: _traced(on_steps, fixed))  # once for all three
    files = []
    for number, count in enumerate(counts):
        progress.tell(1 + number, 1 + len(counts), "steps to int8: writing files to choose from")
        files.append(_int8(on_steps, floats[:count], traced))
    return min(files, key=lambda file: _deviation(file, pictures, expected))


def int8_bytes(model: "keras.Model") -> int:
    """The size in bytes of the file `to_int8` writes, which no weight's value changes."""
    return len(_int8(model, np.zeros((1, *model.input_shape[1:]), "float32")))


def _int8(model: "keras.Model", floats: np.ndarray, traced: Trace | None = None) -> bytes:
    import tensorflow as tf

    def integers(converter: Any) -> None:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([one[None]] for one in floats)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]

    # For one picture at a time: no steps that ask how many there are, which TensorFlow Lite Micro
    # would have to do, and written in a third of the time.
    return converted(model, integers, one_by_one=True, traced=traced)


def _deviation(file: bytes, pictures: np.ndarray, expected: np.ndarray) -> float:
    """How far the file's probabilities are from those expected, on average."""
    return float(np.abs(prediction.answer_all(file, pictures) - expected).mean())


def converted(
    model: "keras.Model",
    configure: Callable[[Any], None] | None = None,
    one_by_one: bool = False,
    traced: Trace | None = None,
) -> bytes:
    """The model as LiteRT's converter writes it.

    Args:
        model: Maps floats in 0..1 to probabilities.
        configure: Sets what is wanted on a `tf.lite.TFLiteConverter`; None: full precision.
        one_by_one: For one picture at a time; the other way all the same where only that goes.
        traced: As `_traced` of this model, where that is kept from another call.

    Raises:
        LabError: a layer that LiteRT cannot write as `configure` wants it.
    """
    traced = traced or functools.partial(_traced, model)
    try:
        return _converted(traced, configure, fixed=one_by_one)
    except _refusals():
        pass
    try:  # recurrent layers, for one, need to know that it is one picture at a time
        return _converted(traced, configure, fixed=not one_by_one)
    except _refusals() as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
        if configure:
            raise LabError(
                f"LiteRT cannot write this network in so few bits ({reason}): choose float16."
            ) from error
        raise LabError(
            f"LiteRT, by which the lab answers single pictures, cannot write this network "
            f"({reason}): build it without the layer it names."
        ) from error


def _refusals() -> tuple[type[Exception], ...]:
    """What TensorFlow's converter raises where it cannot write a network."""
    import tensorflow as tf
    from tensorflow.lite.python.convert_phase import ConverterError

    return ValueError, RuntimeError, tf.errors.OpError, ConverterError


def _traced(model: "keras.Model", fixed: bool) -> Any:
    """The model as a function of TensorFlow's, of one picture or of any number of them."""
    import tensorflow as tf

    pictures = tf.TensorSpec((1 if fixed else None, *model.input_shape[1:]), tf.float32)
    call = tf.function(lambda pictures: model(pictures, training=False), autograph=False)
    return call.get_concrete_function(pictures)


def _converted(traced: Trace, configure: Callable[[Any], None] | None, fixed: bool) -> bytes:
    """`fixed`: for one picture at a time; else for any number of them."""
    # TensorFlow proper, because the format needs its converter.
    import tensorflow as tf

    function = traced(fixed)
    with (
        tempfile.TemporaryDirectory(prefix="cnnlab-convert-") as folder,
        contextlib.redirect_stdout(io.StringIO()),  # the converter prints endpoint lists
    ):
        if _weights(function) > LARGE:
            # As one message its steps and weights would be more than protobuf can carry.
            held = tf.Module()
            held.function, held.variables_of_it = function, function.variables
            tf.saved_model.save(held, folder, signatures=function)
            converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        else:
            # Not through a SavedModel, which holds the same steps: writing and reading that takes
            # four times as long as all the rest.
            converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
        if configure:
            configure(converter)
        content: bytes = converter.convert()
    return content


def _weights(function: Any) -> int:
    """How many numbers the traced function's variables hold."""
    return sum(math.prod(variable.shape) for variable in function.variables)


def save_tflite(run: Run, model: "keras.Model") -> int:
    """Write the run's `model.tflite`; its size in bytes."""
    return write_tflite(run, to_float32(model))


def write_tflite(run: Run, content: bytes) -> int:
    """Replace the run's `model.tflite` by a file converted already; its size in bytes."""
    with replacing(run.tflite_file) as temporary:
        temporary.write_bytes(content)
    return len(content)
