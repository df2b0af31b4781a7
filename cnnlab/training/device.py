"""What a training computes on: its name for the record, and whether mixed precision pays there."""

import importlib
import os
from typing import Any

import keras

from cnnlab.schema import Recipe

_OLDEST_WITH_BFLOAT16 = 8  # NVIDIA compute capability: Ampere, 2020


def device() -> str:
    """Such as "CPU, 2 threads" or "NVIDIA H200"."""
    return _gpu()[0] or f"CPU, {threads()} thread{'s' if threads() > 1 else ''}"


def threads() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def precision(recipe: Recipe) -> str:
    """What the recipe's `precision` means on this machine: "float32" or "mixed".

    Recipes planned before there was a choice have none: auto.
    """
    asked = recipe.precision
    if asked == "auto":
        return "mixed" if _gpu()[1] >= _OLDEST_WITH_BFLOAT16 else "float32"
    return asked


def mixed(model: keras.Model) -> keras.Model:
    """A copy that computes in bfloat16 and keeps its weights and its answer in float32.

    bfloat16 has the range of float32, so that no loss needs to be scaled. Source: Kalamkar et
    al., "A study of bfloat16 for deep learning training", 2019, arXiv:1905.12322.
    """
    copy = _with_policy(model, "mixed_bfloat16")
    copy.set_weights(model.get_weights())
    return copy


def full(model: keras.Model) -> keras.Model:
    """An uncompiled copy with fresh weights that computes in float32 throughout."""
    return _with_policy(model, "float32")


def _with_policy(model: keras.Model, name: str) -> keras.Model:
    config = model.get_config()
    policy = keras.saving.serialize_keras_object(keras.DTypePolicy(name))
    for layer in config["layers"][:-1]:
        if layer["class_name"] != "InputLayer":
            layer["config"]["dtype"] = policy
    return type(model).from_config(config)


def _gpu() -> tuple[str, int]:
    """Name and compute capability of the first GPU, asked of the backend; ("", 0) without one."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        tf = importlib.import_module("tensorflow")
        found = tf.config.list_physical_devices("GPU")
        return details_of(found[0]) if found else ("", 0)
    if backend == "jax":
        first = importlib.import_module("jax").devices()[0]
        if first.platform != "gpu":
            return "", 0
        return first.device_kind, int(str(getattr(first, "compute_capability", 0)).split(".")[0])
    torch = importlib.import_module("torch")
    if not torch.cuda.is_available():
        return "", 0
    return torch.cuda.get_device_name(0), torch.cuda.get_device_capability(0)[0]


def details_of(gpu: Any) -> tuple[str, int]:
    """Name and compute capability of one of TensorFlow's GPUs; ("GPU", 0) where it tells nothing.

    TensorFlow's way to ask is experimental. Without it trainings go on, in float32.
    """
    tf = importlib.import_module("tensorflow")
    try:
        details = tf.config.experimental.get_device_details(gpu)
        return str(details.get("device_name", "GPU")), int(details["compute_capability"][0])
    except (AttributeError, KeyError, TypeError, ValueError):
        return "GPU", 0
