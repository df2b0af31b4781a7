"""A small part of a dataset, packed to travel with the lab: how it is cut, and how it is read.

Made by `python -m cnnlab.datasets._small`, which needs the whole of MNIST; the same pictures and
the same bytes every time.
"""

import io
import zipfile
from pathlib import Path

import numpy as np

from cnnlab.datasets import _split

PACKED = Path(__file__).parent / "packed"
TRAIN_COUNT, TEST_COUNT = 10_000, 2_000


def cut(whole: Path) -> dict[str, np.ndarray]:
    """A seeded choice from both parts of an .npz in Keras' layout, each class in proportion.

    The training pictures come from its training part and the test pictures from its test part,
    in their order; `index_train` and `index_test` are their places there. The first ones would
    not do: "the first 5000 are cleaner and easier than the last 5000" (LeCun on MNIST's test
    part, http://yann.lecun.com/exdb/mnist/).
    """
    found = {}
    with np.load(whole, allow_pickle=False) as arrays:
        for part, count in (("train", TRAIN_COUNT), ("test", TEST_COUNT)):
            labels = arrays[f"y_{part}"]
            places = _split.at_most(labels, count)
            found[f"x_{part}"] = arrays[f"x_{part}"][places]
            found[f"y_{part}"] = labels[places].astype(np.uint8)
            found[f"index_{part}"] = places.astype(np.uint16)
    return found


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
