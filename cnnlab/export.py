"""A trained model in the formats other programs read."""

import contextlib
import io

import keras

from cnnlab.runs import Run, replacing


def to_tflite(model: keras.Model) -> bytes:
    """The model as a LiteRT file: one float32 picture `(1, h, w, c)` in, probabilities out."""
    # TensorFlow proper, because the format needs its converter.
    import tensorflow as tf

    with contextlib.redirect_stdout(io.StringIO()):  # the converter prints endpoint lists
        return tf.lite.TFLiteConverter.from_keras_model(model).convert()


def save_tflite(run: Run, model: keras.Model) -> int:
    """Write the run's `model.tflite`; its size in bytes."""
    content = to_tflite(model)
    with replacing(run.tflite_file) as temporary:
        temporary.write_bytes(content)
    return len(content)
