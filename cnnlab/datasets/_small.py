"""A small part of a dataset, packed to travel with the lab: how it is cut, and how it is read.

Made by `python -m cnnlab.datasets._small`, which needs the whole of MNIST; the same pictures and
the same bytes every time.
"""

import io
import zipfile
from pathlib import Path

import numpy as np

from cnnlab.datasets import _split
from cnnlab.datasets._arrays import ArrayPictures
from cnnlab.datasets._card import Parts
from cnnlab.datasets._load import VALIDATION_FRACTION

PACKED = Path(__file__).parent / "packed"
COUNTS = {"train": 9_000, "validation": 1_000, "test": 2_000}


def cut(whole: Path) -> dict[str, np.ndarray]:
    """A seeded choice from each part of an .npz in Keras' layout, each class in proportion.

    Each part is cut from the same part of the whole, its fixed validation part included, so that
    what a run on the whole never learned from is nothing it learned from here. `index_train` and
    so on are the pictures' places in the source's training or test part, in rising order. The
    first ones would not do: "the first 5000 are cleaner and easier than the last 5000" (LeCun on
    MNIST's test part, http://yann.lecun.com/exdb/mnist/).
    """
    found = {}
    with np.load(whole, allow_pickle=False) as arrays:
        learned, held = _split.hold_out(arrays["y_train"], VALIDATION_FRACTION)
        tested = np.arange(len(arrays["y_test"]))
        for part, rows in (("train", learned), ("validation", held), ("test", tested)):
            source = "test" if part == "test" else "train"
            places = rows[_split.at_most(arrays[f"y_{source}"][rows], COUNTS[part])]
            found[f"x_{part}"] = arrays[f"x_{source}"][places]
            found[f"y_{part}"] = arrays[f"y_{source}"][places].astype(np.uint8)
            found[f"index_{part}"] = places.astype(np.uint16)
    return found


def read_small(path: Path, labels: tuple[str, ...], variant: str) -> Parts:
    """The three parts of a packed file."""
    with np.load(path, allow_pickle=False) as arrays:
        x = {part: ArrayPictures(arrays[f"x_{part}"]) for part in COUNTS}
        y = {part: arrays[f"y_{part}"].astype(np.int64) for part in COUNTS}
    return Parts(
        x["train"],
        y["train"],
        x["test"],
        y["test"],
        labels,
        variant,
        validation=x["validation"],
        y_validation=y["validation"],
    )


def pack(arrays: dict[str, np.ndarray], target: Path) -> None:
    """An .npz compressed by LZMA, which `np.load` reads; a sixth smaller than PNG or deflate."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in arrays.items():
            stream = io.BytesIO()
            np.save(stream, array)
            # A fixed date, so that the same pictures give the same file.
            member = zipfile.ZipInfo(f"{name}.npy", (1998, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_LZMA
            archive.writestr(member, stream.getvalue())


if __name__ == "__main__":
    from cnnlab.datasets._card import DATASETS
    from cnnlab.datasets._find import found_or_complain

    folder, _ = found_or_complain(DATASETS["mnist"])
    PACKED.mkdir(exist_ok=True)
    pack(cut(folder / "mnist.npz"), PACKED / "mnist_small.npz")
