"""Arrays by name in one file, as numpy's own `.npz`."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cnnlab.schema import replacing


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Replace an `.npz` file; unlike `np.savez` it takes any name, `file` among them."""
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asarray(array), allow_pickle=False)
