"""The reader's own datasets: one folder each, below the data folder."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from cnnlab import paths, schema
from cnnlab.datasets._arrays import ArrayPictures
from cnnlab.datasets._card import DatasetCard, Layout, Parts
from cnnlab.datasets._own.parts import TEST_PART, TRAIN_PART, UNBALANCED, VALIDATION_PART
from cnnlab.errors import DAMAGED, LabError, reason
from cnnlab.schema import ImportedPictures, OwnDataset

FACTS = "dataset.json"


@dataclass(frozen=True)
class DamagedDataset:
    """An own dataset whose card cannot be read: its name, and the reason in a sentence."""

    name: str
    reason: str


def own_dir() -> Path:
    """Folder of the own datasets, one subfolder each."""
    return paths.data_dir() / "own"


def import_dir() -> Path | None:
    """Folder on the server whose subfolders may be imported: `CNNLAB_PICTURES`, else none."""
    folder = os.environ.get("CNNLAB_PICTURES")
    return Path(folder).expanduser().resolve() if folder else None


def free_name(name: str) -> str:
    """A dataset's name as it may stand in a path, and not taken yet.

    Raises:
        LabError: nothing is left of it, or there is such a dataset.
    """
    cleaned = re.sub(r"[^a-z0-9]+", "-", str(name).lower()).strip("-")[:40].strip("-")
    if not cleaned:
        raise LabError(f"A dataset's name needs letters or digits. Received: {str(name)[:40]!r}.")
    if (own_dir() / cleaned).exists():
        raise LabError(
            f"There is an own dataset {cleaned!r} already: delete it or take another name."
        )
    return cleaned


def delete_own(name: str) -> None:
    """Deletes an own dataset, also a damaged one; runs trained on it stay.

    Raises:
        LabError: there is no such dataset, or the disk refuses.
    """
    folder = own_folder(name)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise LabError(f"{folder} cannot be deleted ({error.strerror}).") from error


def own_cards() -> list[DatasetCard]:
    """The cards of all own datasets, by name; damaged ones are in `damaged_own`."""
    return [card for card in _all() if isinstance(card, DatasetCard)]


def damaged_own() -> list[DamagedDataset]:
    """The own datasets whose card cannot be read, by name."""
    return [found for found in _all() if isinstance(found, DamagedDataset)]


def _all() -> Iterator[DatasetCard | DamagedDataset]:
    for path in sorted(own_dir().glob(f"*/{FACTS}")):
        folder = path.parent
        if folder.name.startswith("."):
            continue
        try:
            yield _card(folder)
        except LabError as error:
            yield DamagedDataset(f"own-{folder.name}", str(error))


def own_card(name: str) -> DatasetCard:
    """The card of `own-<name>`; `LabError` when it is not there or damaged."""
    return _card(own_folder(name))


def own_folder(name: str) -> Path:
    """Where `own-<name>` lies; `LabError` when it is not there."""
    folder = own_dir() / name.removeprefix("own-")
    if not re.fullmatch(r"own-[a-z0-9-]+", name) or not (folder / FACTS).exists():
        raise LabError(f"There is no dataset {name!r} (any more); import the pictures again.")
    return folder


def store(
    name: str,
    x: np.ndarray,
    y: np.ndarray,
    part: np.ndarray,
    preparation: str,
    report: ImportedPictures,
) -> None:
    """Writes a dataset beside its place and moves it there whole.

    Args:
        name: As `free_name` gave it.
        x: Pictures `(n, height, width, channels)`, uint8.
        y: Class indices `(n,)`, int64.
        part: Parts `(n,)`, int8, as `parts.divide` gives them.
        preparation: "digit" or "picture".
        report: What the import found.

    Raises:
        LabError: the disk refuses.
    """
    shape = x.shape[1], x.shape[2], x.shape[3]
    digit: Literal["digit", "picture"] = "digit" if preparation == "digit" else "picture"
    facts = OwnDataset(shape, digit, time.strftime("%Y-%m-%d"), report)
    try:
        own_dir().mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".new-", dir=own_dir()))
        try:
            np.save(folder / "pictures.npy", x)
            np.save(folder / "labels.npy", y)
            np.save(folder / "parts.npy", part)
            schema.write(folder / FACTS, facts)
            os.replace(folder, own_dir() / name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise LabError(
            f"{own_dir()} cannot take the pictures ({error.strerror or error}): free some space."
        ) from error


def _card(folder: Path) -> DatasetCard:
    facts = _facts(folder)
    report, inside = facts.report, f"own/{folder.name}"
    variant = _variant(folder.name, report.counts)
    return DatasetCard(
        name=f"own-{folder.name}",
        title=folder.name,
        family="Own pictures",
        description=_description(facts),
        function=lambda root: _read(root / inside, variant),
        source="Your own pictures",
        citation="Your own pictures",
        license="Yours",
        input_shape=facts.shape,
        native_shape=facts.shape,
        labels=tuple(report.counts),
        train_count=report.total - report.test_count,
        test_count=report.test_count,
        split_here=True,
        preparation=facts.preparation,
        layouts=(Layout(variant, (f"{inside}/{FACTS}",)),),
        ground=report.ground,
        notes=report.notes,
        prepared=_prepared(report),
    )


def _prepared(report: ImportedPictures) -> str:
    """How many test pictures the preparation changed, as a sentence."""
    if report.test_changed is None:
        return ""
    return (
        f"At import, the preparation for handwriting changed {report.test_changed:,} of the "
        f"{report.test_count:,} test pictures by more than turning, cutting and centering them."
    )


def _facts(folder: Path) -> OwnDataset:
    found = schema.read(folder / FACTS, OwnDataset)
    if found is None:
        raise LabError(f"There is no dataset 'own-{folder.name}' (any more): import it again.")
    return found


def _variant(name: str, counts: Mapping[str, int]) -> str:
    """What stands beside every accuracy on it: the name, and a word where classes differ much."""
    few, many = min(counts.values()), max(counts.values())
    return f"{name} (unbalanced, {many:,} to {few:,})" if many >= UNBALANCED * few else name


def _description(facts: OwnDataset) -> str:
    """Counts in words, and what was left out."""
    report = facts.report
    left_out = {
        "could not be read": report.broken,
        "stood there twice": report.duplicates,
        "stood in two classes": report.contradictions,
        "had no class": report.set_aside,
    }
    words = ", ".join(f"{count:,} that {why}" for why, count in left_out.items() if count)
    sentence = f"{report.total:,} own pictures, imported on {facts.imported}."
    return f"{sentence} Left out: {words}." if words else sentence


def _read(folder: Path, variant: str) -> Parts:
    facts = _facts(folder)
    x, y, part = _arrays(folder, facts)
    rows = [np.flatnonzero(part == one) for one in (TRAIN_PART, VALIDATION_PART, TEST_PART)]
    return Parts(
        ArrayPictures(x, rows[0]),
        y[rows[0]],
        ArrayPictures(x, rows[2]),
        y[rows[2]],
        tuple(facts.report.counts),
        variant,
        validation=ArrayPictures(x, rows[1]) if len(rows[1]) else None,
        y_validation=y[rows[1]] if len(rows[1]) else None,
    )


def _arrays(folder: Path, facts: OwnDataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pictures `(n, height, width, channels)`, class indices `(n,)`, parts `(n,)`.

    Raises:
        LabError: one of the files is gone, or they and the card do not belong together.
    """
    try:
        x = np.load(folder / "pictures.npy", mmap_mode="r", allow_pickle=False)
        y = np.load(folder / "labels.npy", allow_pickle=False)
        part = _parts(folder)
    except DAMAGED as error:
        raise _damaged(folder, reason(error)) from error
    total, classes = facts.report.total, len(facts.report.counts)
    if x.dtype != np.uint8 or x.shape != (total, *facts.shape):
        raise _damaged(folder, f"{x.dtype} pictures of shape {x.shape}, not {total:,} of its size")
    if y.shape != (total,) or y.dtype.kind not in "iu" or not 0 <= y.min() <= y.max() < classes:
        raise _damaged(folder, "labels that are not one class for each picture")
    if part.shape != (total,):
        raise _damaged(folder, "parts that are not one for each picture")
    return x, y, part


def _damaged(folder: Path, found: str) -> LabError:
    return LabError(
        f"The pictures of {folder.name} are damaged ({found}): delete this dataset, then import "
        "them again."
    )


def _parts(folder: Path) -> np.ndarray:
    """The part of each picture; earlier imports have a mask of the test part alone."""
    if (folder / "parts.npy").exists():
        return np.load(folder / "parts.npy", allow_pickle=False)
    return np.where(np.load(folder / "test.npy", allow_pickle=False), TEST_PART, TRAIN_PART)
