"""Why a cost did not fall from parent to child, in half a sentence; "" where nothing is to be said.

Each function takes the key of the ledger's column and the lines of parent and child.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnlab.compression.ledger import Costs


def smaller_network(key: str, parent: "Costs", child: "Costs") -> str:
    """For the same network with fewer channels."""
    if key in ("litert_p95_ms", "keras_p95_ms"):
        return ""  # said of the median already
    reasons = {
        "keras_p50_ms": "for so small a network Keras' time is the way into the call and out of "
        "it, not the arithmetic.",
        "litert_p50_ms": "fewer channels per layer also fill the processor's registers less well, "
        "and each operation costs its start whatever its size.",
        "memory_bytes": "it is set by the largest feature maps, which stayed.",
    }
    return reasons.get(key, "child and parent are alike in this.")


def other_network(key: str, parent: "Costs", child: "Costs") -> str:
    """For a student with an architecture of its own."""
    if key == "macs":
        return "the student keeps the layers that do most of the arithmetic."
    return smaller_network(key, parent, child)


def zeros(key: str, parent: "Costs", child: "Costs") -> str:
    """For a network of which many weights are zero."""
    share = 1 - child.nonzeros / max(1, child.params)
    packed = 1 - child.gzip_bytes / max(1, parent.gzip_bytes)
    dense = "storage is dense: a zero takes as many bytes as any number."
    multiplied = "the kernels are dense: they multiply by zero as by anything else."
    reasons = {
        "params": f"zeros are counted like any number, and {share:.0%} are zeros now.",
        "macs": "every product with a zero is still computed.",
        "raw_bytes": dense,
        "keras_bytes": dense,
        "tflite_bytes": f"{share:.0%} zeros, same file: storage is dense; gzip saves {packed:.0%}.",
        "memory_bytes": "weights and maps are held dense while it computes.",
        "litert_p50_ms": multiplied,
        "keras_p50_ms": multiplied,
    }
    return reasons.get(key, "")


def fewer_bits(key: str, parent: "Costs", child: "Costs") -> str:
    """For the same network, its numbers in fewer bits."""
    reasons = {
        "params": "there are as many numbers as before, each in fewer bits.",
        "nonzeros": "rounding makes a zero of very few of the numbers.",
        "macs": "there are as many multiplications as before, of smaller numbers.",
        "keras_bytes": "Keras' file keeps full precision; the TFLite file is the quantized one.",
        "tflite_bytes": "arrays this small stay in full precision, and the file's own tables weigh "
        "as much as the weights.",
        "gzip_bytes": "arrays this small stay in full precision.",
        "raw_bytes": "arrays of fewer than 1,024 numbers stay in full precision.",
        "memory_bytes": "feature maps stay float32, and they are most of it.",
        "litert_p50_ms": "the arithmetic is a small part of the time of so small a network.",
        "keras_p50_ms": "Keras runs the network in full precision.",
    }
    return reasons.get(key, "")


def steps_in_floats(key: str, parent: "Costs", child: "Costs") -> str:
    """For weights that lie on few steps, in files that hold them as any number."""
    held = "its weights take few values, but this file holds each as a float: see packed weights."
    if key in ("raw_bytes", "keras_bytes", "tflite_bytes"):
        return held
    if key == "litert_p50_ms":
        return "the arithmetic is that of floats."
    if key == "memory_bytes":
        return "weights and maps are held as floats while it computes."
    return fewer_bits(key, parent, child)


def half_precision(key: str, parent: "Costs", child: "Costs") -> str:
    """For weights that are only stored in fewer bits."""
    if key == "litert_p50_ms":
        return "half-precision weights are turned back into float32 before anything is computed."
    return fewer_bits(key, parent, child)
