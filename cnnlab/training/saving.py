"""How a network is written to disk."""

import zipfile
from pathlib import Path

import keras

from cnnlab.schema import replacing


def save_model(model: keras.Model, file: Path) -> None:
    """Write `model` to `file`, a `.keras` archive, packed.

    Keras leaves its archive unpacked: of a compact network's file most is padding.
    """
    with replacing(file) as temporary:
        model.save(temporary)
        pack(temporary)


def pack(file: Path) -> None:
    """Compress the members of the zip archive `file`, one by one; any reader of zips reads on."""
    with zipfile.ZipFile(file) as archive:
        members = [(member.filename, archive.read(member)) for member in archive.infolist()]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
