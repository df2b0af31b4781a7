"""A `.keras` file becomes a model, or one sentence why not. Keras' safe mode is always on."""

import re
import zipfile
import zlib
from pathlib import Path

import keras

from cnnlab.errors import LabError

MAX_BYTES = 500 * 1024 * 1024
# What Keras raises on files that are none of its own, or not whole.
BROKEN = (
    *(ValueError, TypeError, KeyError, AttributeError, IndexError, OSError, RuntimeError),
    *(ImportError, MemoryError, EOFError, zipfile.BadZipFile, zlib.error),
)


def load(file: Path, name: str) -> keras.Model:
    """The model in a `.keras` file, in safe mode and without its optimizer.

    Raises:
        LabError: no such file, none of Keras 3's, too large, or refused by safe mode.
    """
    _check_file(file, name)
    try:
        return keras.models.load_model(file, compile=False, safe_mode=True)
    except BROKEN as error:
        raise LabError(_why_refused(name, str(error))) from error


def _check_file(file: Path, name: str) -> None:
    # The older HDF5 format is refused by name: it knows no safe mode.
    if not name.endswith(".keras"):
        raise LabError(
            f"{name} is no .keras file: save the model with model.save('name.keras') in Keras 3."
        )
    try:
        with zipfile.ZipFile(file) as parts:
            names = parts.namelist()
            size = sum(part.file_size for part in parts.infolist())
    except FileNotFoundError:
        raise LabError(f"There is no file {file}: check its name.") from None
    except BROKEN as error:
        raise LabError(f"{name} is damaged or no .keras file ({error}): save it again.") from None
    if "config.json" not in names:
        raise LabError(f"{name} holds no Keras model: save it with model.save in Keras 3.")
    if size > MAX_BYTES:
        raise LabError(
            f"{name} unpacks to {size / 2**20:.0f} MiB; the lab takes models up to "
            f"{MAX_BYTES // 2**20} MiB."
        )


def _why_refused(name: str, reason: str) -> str:
    first = reason.strip().splitlines()[0] if reason.strip() else "no reason given"
    if "Lambda" in reason or "safe_mode" in reason or "arbitrary code" in reason:
        return (
            f"{name} holds a Lambda layer, which is program code; Keras' safe mode refuses to run "
            "it: replace the Lambda by a Keras layer and save again."
        )
    own = re.search(r"locate (?:class|function|object) '?([\w.>]+)", reason)
    if own:
        return (
            f"{name} uses {own[1]}, a layer or function of its author's own that is not in the "
            "file: use Keras' own layers and save again."
        )
    return f"{name} cannot be loaded by Keras {keras.__version__} ({first[:160]})."
