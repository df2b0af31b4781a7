"""The pickled batches CIFAR-10 and CIFAR-100 come in, read from the archive or from a folder."""

import pickle
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from cnnlab.datasets._arrays import ArrayPictures
from cnnlab.datasets._card import Parts

# The few names a batch of arrays needs; a pickle could otherwise run any program.
_REBUILD = np.empty(0).__reduce__()[0]
ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"): _REBUILD,
    ("numpy._core.multiarray", "_reconstruct"): _REBUILD,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class _BatchUnpickler(pickle.Unpickler):
    """Unpickles arrays, lists and text, nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"the file asks for {module}.{name}, which no batch needs")
        return ALLOWED[module, name]


def read_batches(
    source: Path,
    inner: str,
    batches: tuple[Sequence[str], Sequence[str]],
    label_key: str,
    labels: tuple[str, ...],
    variant: str,
) -> Parts:
    """Training and test part from the named batches.

    Args:
        source: The .tar.gz archive, or a folder that holds the folder `inner`.
        inner: The folder inside the archive, "cifar-10-batches-py".
        batches: File names of the training part and of the test part.
        label_key: Where a batch keeps its labels: "labels", "fine_labels".
        labels: Class names; `variant` names this form.
    """
    wanted = [*batches[0], *batches[1]]
    found = {}
    opened = _from_archive if source.is_file() else _from_folder
    for name, stream in opened(source, inner, wanted):
        found[name] = _decode(_BatchUnpickler(stream, encoding="bytes").load(), label_key)
    missing = [name for name in wanted if name not in found]
    if missing:
        raise KeyError(f"{', '.join(missing)} is missing in it")
    (x_train, y_train), (x_test, y_test) = (_join(found, names) for names in batches)
    return Parts(ArrayPictures(x_train), y_train, ArrayPictures(x_test), y_test, labels, variant)


def _from_archive(path: Path, inner: str, wanted: list[str]) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            folder, _, name = member.name.rpartition("/")
            if folder == inner and name in wanted:
                file = archive.extractfile(member)
                if file is not None:
                    yield name, file


def _from_folder(path: Path, inner: str, wanted: list[str]) -> Iterator[tuple[str, IO[bytes]]]:
    for name in wanted:
        with open(path / inner / name, "rb") as stream:
            yield name, stream


def _decode(batch: dict[bytes, Any], label_key: str) -> tuple[np.ndarray, np.ndarray]:
    """One batch: rows of 1024 red, 1024 green, 1024 blue -> `(n, 32, 32, 3)`, and its labels."""
    rows = np.asarray(batch[b"data"], np.uint8)
    images = rows.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), np.array(batch[label_key.encode()], np.int64)


def _join(
    found: dict[str, tuple[np.ndarray, np.ndarray]], names: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """The named batches end to end; each is let go once it is copied."""
    x, y = zip(*(found.pop(name) for name in names), strict=True)
    return (x[0], y[0]) if len(x) == 1 else (np.concatenate(x), np.concatenate(y))
