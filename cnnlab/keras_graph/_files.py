"""The one place that opens a `.keras` file of a run: the model, or one sentence."""

import lzma
import struct
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.errors import LabError

if TYPE_CHECKING:
    import keras

# What zip, HDF5, JSON and Keras raise on files that are not whole or none of theirs.
DAMAGED = (
    *(ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, RuntimeError),
    *(ImportError, MemoryError, EOFError, AssertionError, ArithmeticError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
)


def open_file(file: Path, whose: str) -> "keras.Model":
    """The model in a run's `model.keras`, without its optimizer.

    Raises:
        LabError: the file is damaged, in whatever way.
    """
    import keras

    try:
        return keras.models.load_model(file, compile=False)
    except DAMAGED as error:
        raise LabError(
            f"The model file of {whose} cannot be read ({reason(error)}): train it again."
        ) from error


def reason(error: BaseException) -> str:
    """The first line of what an error says, short; its kind where it says nothing."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:160]
