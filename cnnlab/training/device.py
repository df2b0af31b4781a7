"""What a training computes on: its name for the record."""

import importlib
import os
from typing import Any

import keras


def device() -> str:
    """Such as "CPU, 2 threads" or "NVIDIA H200"."""
    return gpu()[0] or f"CPU, {threads()} thread{'s' if threads() > 1 else ''}"


def threads() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def gpu() -> tuple[str, int]:
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
