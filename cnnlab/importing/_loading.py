"""A file as Keras saves it becomes a model, or one sentence why not.

What a file is, its first bytes say, not its name. Keras' safe mode is always on.
"""

import json
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import h5py
import keras

from cnnlab.errors import DAMAGED, LabError, reason
from cnnlab.importing._limits import check_config, check_size
from cnnlab.keras_graph import walk

MAX_BYTES = 640 * 1024 * 1024
ZIP, HDF5 = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"
SAVE = "save the model with model.save('name.keras') in Keras 3"
OTHERS = (  # where the bytes stand, the bytes, what that is
    (4, b"TFL3", "a LiteRT file, which holds no Keras layers"),
    (0, b"\x80\x02", "a pickle or PyTorch file"),
    (0, b"\x08", "an ONNX or TensorFlow graph file"),
)


def load(file: Path, name: str) -> keras.Model:
    """The model in a `.keras` file, or in an `.h5` file that holds a whole model.

    Safe mode is on, the optimizer is left out, and nothing is built before its size is known.

    Raises:
        LabError: no such file, none of Keras', too large, or refused by safe mode.
    """
    kind = kind_of(file, name)
    config = _zipped_config(file, name) if kind == "keras" else _hdf5_config(file, name)
    check_config(config, name)
    try:
        _lay_out(config, name)
        with _named(file, ".keras" if kind == "keras" else ".h5") as path:
            return keras.models.load_model(path, compile=False, safe_mode=True)
    except DAMAGED as error:
        raise LabError(_why_refused(name, str(error), _version(file, kind))) from error


def kind_of(file: Path, name: str) -> str:
    """ "keras" or "h5", by the file's first bytes.

    Raises:
        LabError: there is no such file, or it is neither.
    """
    try:
        with file.open("rb") as opened:
            head = opened.read(16)
        size = file.stat().st_size
    except FileNotFoundError:
        raise LabError(f"There is no file {file}: check its name.") from None
    except OSError as error:
        raise LabError(f"{name} cannot be read ({error.strerror}): check the file.") from None
    if size > MAX_BYTES:
        raise _too_large(name, size)
    if head.startswith(ZIP):
        return "keras"
    if head.startswith(HDF5):
        return "h5"
    for start, mark, words in OTHERS:
        if head[start:].startswith(mark):
            raise LabError(f"{name} is {words}: {SAVE}.")
    raise LabError(f"{name} is damaged or neither a .keras nor an .h5 file: {SAVE}.")


def is_weights_only(file: Path, name: str) -> bool:
    """Whether a file holds weights without the network they belong to.

    Raises:
        LabError: it is damaged, or none of Keras'.
    """
    if kind_of(file, name) != "h5":
        return False
    with opened_hdf5(file, name) as content:
        return "model_config" not in content.attrs


@contextmanager
def opened_hdf5(file: Path, name: str) -> Iterator[h5py.File]:
    """An HDF5 file to read from; whatever is wrong with it is one sentence."""
    try:
        with h5py.File(file, "r") as content:
            yield content
    except DAMAGED as error:
        raise LabError(f"{name} is damaged ({reason(error)}): save it again.") from error


def _too_large(name: str, size: int) -> LabError:
    return LabError(
        f"{name} unpacks to {size / 2**20:.0f} MiB; the lab takes models up to "
        f"{MAX_BYTES // 2**20} MiB."
    )


def _zipped_config(file: Path, name: str) -> Any:
    try:
        with zipfile.ZipFile(file) as parts:
            names = parts.namelist()
            size = sum(part.file_size for part in parts.infolist())
            if size > MAX_BYTES:
                raise _too_large(name, size)
            if "config.json" not in names:
                raise LabError(_other_archive(name, names))
            return json.loads(parts.read("config.json"))
    except DAMAGED as error:
        raise LabError(f"{name} is damaged ({reason(error)}): save it again.") from None


def _other_archive(name: str, names: list[str]) -> str:
    if any(part.endswith("saved_model.pb") for part in names):
        return f"{name} holds a TensorFlow SavedModel, not a Keras model: {SAVE}."
    if any(part.endswith("data.pkl") for part in names):
        return f"{name} is a PyTorch file, not a Keras model: {SAVE}."
    if any(part.endswith((".keras", ".h5")) for part in names):
        return f"{name} is an archive around a model file: unpack it and import what is inside."
    return f"{name} holds no Keras model: {SAVE}."


def _hdf5_config(file: Path, name: str) -> Any:
    with opened_hdf5(file, name) as content:
        config = content.attrs.get("model_config")
        if config is None:
            raise LabError(
                f"{name} holds weights without the network they belong to: name one of the lab's "
                "with --architecture, or save the whole model with model.save('name.keras')."
            )
        return json.loads(config)


def _lay_out(config: Any, name: str) -> None:
    """Build the network without its weights' values, and refuse it if it is too large."""
    if not isinstance(config, dict) or "registered_name" not in config:
        return  # an older file: Keras alone reads its config
    network = {key: value for key, value in config.items() if key != "compile_config"}
    try:
        with keras.StatelessScope(initialize_variables=False):
            model = keras.saving.deserialize_keras_object(network, safe_mode=True)
            if not getattr(model, "inputs", None):
                return
            graph = walk(model)
            values = sum(prod(s or 1 for s in shape) for call in graph for shape in call.shapes)
            params = sum(prod(w.shape) for c in graph if not c.again for w in c.weights)
            check_size(params, values, name)
    finally:
        # Keras keeps a list of what is yet to be drawn: these weights never will be.
        keras.utils.clear_session(free_memory=False)


@contextmanager
def _named(file: Path, ending: str) -> Iterator[Path]:
    """The file under a name with the ending Keras goes by."""
    if file.name.endswith(ending):
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="cnnlab-named-") as folder:
        path = Path(folder) / f"model{ending}"
        path.symlink_to(file.resolve())
        yield path


def _version(file: Path, kind: str) -> str:
    """The Keras that wrote a file; "" where it does not say."""
    try:
        if kind == "keras":
            with zipfile.ZipFile(file) as parts:
                return str(json.loads(parts.read("metadata.json")).get("keras_version", ""))
        with h5py.File(file, "r") as content:
            return str(content.attrs.get("keras_version", ""))
    except DAMAGED:
        return ""


def _why_refused(name: str, why: str, version: str) -> str:
    if "Lambda" in why or "safe_mode" in why or "arbitrary code" in why:
        return (
            f"{name} holds a Lambda layer, which is program code; Keras' safe mode refuses to run "
            "it: replace the Lambda by a Keras layer and save again."
        )
    own = re.search(r"(?:locate (?:class|function|object)|Unknown layer:?) '?([\w.>]+)", why)
    if own:
        return (
            f"{name} uses {own[1]}, a layer or function of its author's own that is not in the "
            "file: use Keras' own layers and save again."
        )
    if version.startswith("2."):
        return (
            f"{name} was saved by Keras {version}, whose .keras files Keras {keras.__version__} "
            "does not read: load it there and save it as model.save('name.h5'), which the lab "
            "reads."
        )
    first = why.strip().splitlines()[0] if why.strip() else "no reason given"
    return f"{name} cannot be loaded by Keras {keras.__version__} ({first[:160]}): {SAVE}."
