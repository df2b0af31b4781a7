"""What an import would make of some pictures, before it is done."""

import base64
from pathlib import Path

import numpy as np

from cnnlab.datasets._own.decoding import checked_shape, decode, ground_of
from cnnlab.datasets._own.layout import lay_out
from cnnlab.datasets._own.sources import open_source
from cnnlab.datasets._own.survey import count_classes
from cnnlab.datasets._process import run_task


def sample_pictures(
    source: str | Path, side: int, channels: int, preparation: str, classes: int = 8, each: int = 8
) -> tuple[list[str], np.ndarray]:
    """What an import would make of some pictures, before it is done.

    Returns:
        The first classes' names, and `(classes, each, side, side, channels)` uint8; a picture
        that cannot be read stays black.

    Raises:
        LabError: as `import_pictures`.
    """
    entries = lay_out(open_source(source)).entries
    labels = list(count_classes(entries))[:classes]
    shape = checked_shape(side, channels, preparation, len(entries))
    some = [[entry for entry in entries if entry.label == label][:each] for label in labels]
    flat = [entry for row in some for entry in row]
    x = decode(flat, shape, preparation, ground_of(entries).ink, None).x
    pictures = np.zeros((len(labels), each, *shape), np.uint8)
    rows = [(row, place) for row, found in enumerate(some) for place in range(len(found))]
    pictures[tuple(np.array(rows).T)] = x
    return labels, pictures


def preview_import(
    source: str, side: int, channels: int, preparation: str
) -> tuple[list[str], np.ndarray]:
    """`sample_pictures`, computed in a process of its own."""
    found = run_task("preview", source, side, channels, preparation)
    pictures = np.frombuffer(base64.b64decode(found["pictures"]), np.uint8)
    return found["labels"], pictures.reshape(found["shape"])
