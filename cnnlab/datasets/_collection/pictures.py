"""The pictures in a box: files whose names say when they came and from where."""

import base64
import io
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from cnnlab import images
from cnnlab.datasets._collection.boxes import box_of
from cnnlab.datasets._collection.places import changing, explained, read_record
from cnnlab.errors import LabError

Way = Literal["pad", "camera", "file", "paste"]
MOST_PICTURES = 2_000  # in all boxes of a collection
MOST_BYTES = 100 * 2**20  # of a collection
AS_SENT_BYTES = 128 * 1024  # up to here a file is kept as it came
KEPT_SIDE = 512  # larger ones are shrunk: datasets keep 128 pixels at most
SUFFIX = ".picture"
THUMBNAIL = 72
_THUMBNAILS = "thumbnails"


@dataclass(frozen=True)
class Refused:
    """A picture that was not taken: its name, and why."""

    name: str
    reason: str


def pictures_of(folder: Path, key: str) -> list[str]:
    """The names of a box's pictures, the newest first."""
    try:
        names = os.listdir(folder / key)
    except FileNotFoundError:
        return []  # the box went meanwhile
    return sorted((name for name in names if name.endswith(SUFFIX)), reverse=True)


def way_of(name: str) -> str:
    """How a picture came here: "pad", "camera", "file" or "paste"."""
    return name.partition("-")[2].partition(".")[0]


def add_pictures(
    folder: Path,
    key: str,
    sent: Sequence[tuple[str, bytes]],
    way: Way,
    progress: Callable[[int, int], None] | None = None,
) -> list[Refused]:
    """Put pictures into a box; those that could not be read.

    Args:
        folder: The collection's.
        key: The box's.
        sent: `(name, bytes)` of each.
        way: How they came.
        progress: Called with (pictures done, pictures in all).

    Raises:
        LabError: they are too many or too large together, and then none was taken; the box is
            gone; or the disk refuses.
    """
    box_of(read_record(folder), key)
    _check_room(folder, len(sent), sum(len(data) for _, data in sent))
    refused = []
    for number, (name, data) in enumerate(sent, 1):
        try:
            pixels = images.open_picture(data).pixels
        except LabError as error:
            refused.append(Refused(name, str(error)))
        else:
            with changing(folder) as now:  # the box may go in another tab meanwhile
                _keep(folder / box_of(now, key).key, data, pixels, way)
        if progress:
            progress(number, len(sent))
    return refused


def add_drawing(folder: Path, key: str, drawn: np.ndarray) -> None:
    """Put a drawing into a box.

    Args:
        drawn: uint8 `(side, side)`, white ink on black.

    Raises:
        LabError: as `add_pictures`.
    """
    stream = io.BytesIO()
    Image.fromarray(drawn).save(stream, "PNG")
    add_pictures(folder, key, [("Drawing", stream.getvalue())], "pad")


def remove_picture(folder: Path, key: str, name: str) -> None:
    """Take a picture out of a box; one that is gone already is no mistake."""
    if name in pictures_of(folder, box_of(read_record(folder), key).key):
        with explained():
            (folder / key / name).unlink(missing_ok=True)
            _thumbnail(folder / key, name).unlink(missing_ok=True)


def thumbnail(folder: Path, key: str, name: str) -> str:
    """A small square picture as an address for `<img>`; "" where the file is damaged."""
    path = _thumbnail(folder / key, name)
    try:
        if not path.exists():
            _write_thumbnail(path, images.read_picture(folder / key / name))
        data = path.read_bytes()
    except (OSError, LabError):
        return ""
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"


def _thumbnail(box: Path, name: str) -> Path:
    return box / _THUMBNAILS / f"{Path(name).stem}.jpg"


def _check_room(folder: Path, count: int, size: int) -> None:
    """Whether so many pictures, of so many bytes together, find room."""
    record = read_record(folder)
    have = sum(len(pictures_of(folder, box.key)) for box in record.boxes)
    if have + count > MOST_PICTURES:
        raise LabError(
            f"{count:,} pictures are too many at once: boxes hold {MOST_PICTURES:,} together and "
            f"have {have:,}. Bring a zip of class folders instead."
        )
    shrunk = min(size, count * AS_SENT_BYTES)  # about
    if _bytes_in(folder) + shrunk > MOST_BYTES:
        raise LabError(
            f"A collection holds {MOST_BYTES // 2**20} MiB and this one is full: delete some "
            "pictures, or bring smaller ones."
        )


def _bytes_in(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _keep(box: Path, data: bytes, pixels: np.ndarray, way: Way) -> None:
    """Write one picture and its thumbnail; what is large is shrunk."""
    if len(data) > AS_SENT_BYTES:
        data = _shrunk(pixels)
    stem = f"{time.time_ns():020d}-{way}"
    hidden, small = box / f".{stem}", box / _THUMBNAILS / f"{stem}.jpg"
    with explained():
        try:
            _write_thumbnail(small, pixels)
            hidden.write_bytes(data)
            hidden.rename(box / f"{stem}{SUFFIX}")
        except OSError:  # on a full disk no half of it stays
            hidden.unlink(missing_ok=True)
            small.unlink(missing_ok=True)
            raise


def _shrunk(pixels: np.ndarray) -> bytes:
    picture = Image.fromarray(pixels)
    picture.thumbnail((KEPT_SIDE, KEPT_SIDE))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=93)
    return stream.getvalue()


def _write_thumbnail(path: Path, pixels: np.ndarray) -> None:
    """The middle square of a picture, uint8 `(h, w)` or `(h, w, 3)`, as a small JPEG."""
    picture = Image.fromarray(pixels)
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    small = picture.resize((THUMBNAIL, THUMBNAIL), box=(left, top, left + side, top + side))
    path.parent.mkdir(parents=True, exist_ok=True)
    small.save(path, "JPEG", quality=85)
