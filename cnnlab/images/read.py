"""Files and bytes -> arrays, with limits checked before anything is decoded."""

import base64
import binascii
import contextlib
import importlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps, TiffImagePlugin

from cnnlab.errors import DAMAGED, LabError
from cnnlab.images._decode_limit import SMALL_PIXELS, turn

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000  # of a JPEG, which is decoded at a fraction of its size
MAX_PIXELS_WHOLE = 25_000_000  # of all others
KEPT_SIDE = 1600
WELCOME = ("PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF")
# Each registers its format; what Pillow was built without does not. All of them would take two
# megabytes more (`Image.init`).
Image.preinit()
for _name in ("WebP", "Tiff", "Avif"):
    with contextlib.suppress(ImportError):
        importlib.import_module(f"PIL.{_name}ImagePlugin")
FORMATS = tuple(name for name in WELCOME if name in Image.OPEN)
_SCALED = "Scaled from 16 bits to 8."


@dataclass(frozen=True)
class Picture:
    """A decoded picture: `pixels` uint8 `(h, w)` or `(h, w, 3)`, and what was done to it."""

    pixels: np.ndarray
    notes: tuple[str, ...] = ()


def read_picture(source: bytes | str | Path) -> np.ndarray:
    """The pixels of `open_picture`, uint8 `(h, w)` or `(h, w, 3)`."""
    return open_picture(source).pixels


def open_picture(source: bytes | str | Path) -> Picture:
    """Reads a picture and turns it upright by its EXIF mark.

    The first frame counts. Transparent parts lie on white, or on black where the picture
    itself is light. 16 bits a channel are scaled to 8. Sides above 1600 pixels are shrunk.

    Args:
        source: A path, or the file's bytes.

    Returns:
        The picture with one sentence for each thing done to it.

    Raises:
        LabError: absent, not a picture, broken, above 20 MiB, or above 50 million pixels
            (JPEG; 25 million in other formats).
    """
    data = source if isinstance(source, bytes) else _read_file(Path(source))
    if not data:
        raise LabError("The picture is empty (0 bytes); choose another file.")
    if len(data) > MAX_BYTES:
        raise LabError(
            f"The picture is larger than {MAX_BYTES // 2**20} MiB; save it smaller and try again."
        )
    image = _open(data)
    width, height = image.size
    limit = MAX_PIXELS if image.format in ("JPEG", "MPO") else MAX_PIXELS_WHOLE
    if width * height > limit:
        raise LabError(_too_large(f"{width}x{height}", limit))
    with turn(width * height):
        return _decode(image, _is_deep(image, data))


def is_large(data: bytes) -> bool:
    """Whether decoding these bytes waits for its turn; what is no picture does not."""
    try:
        width, height = _open(data).size
    except LabError:
        return False
    return width * height > SMALL_PIXELS


def read_canvas(raster: object, side: int) -> np.ndarray:
    """The drawing pad's bytes: base64 of `side * side` grey levels -> uint8 `(side, side)`.

    Nothing (None or an empty text) is a blank pad.

    Raises:
        LabError: the text is not what the pad sends.
    """
    if not raster:
        return np.zeros((side, side), np.uint8)
    try:
        levels = np.frombuffer(base64.b64decode(str(raster), validate=True), np.uint8)
        return levels.reshape(side, side)
    except (binascii.Error, ValueError):
        raise LabError("The drawing arrived damaged; press Clear and draw again.") from None


def from_base64(text: str) -> bytes:
    """The bytes a browser sent as base64.

    Raises:
        LabError: it is no base64.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise LabError("The picture arrived damaged; paste it again.") from None


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # one byte too many is refused by its size
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise LabError(f"The picture {str(path)!r} cannot be read ({reason}).") from None


def _open(data: bytes) -> Image.Image:
    """The header alone; no pixel is decoded yet."""
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        raise LabError(_too_large("too many", MAX_PIXELS_WHOLE)) from None
    except DAMAGED:
        raise LabError(_not_a_picture(data)) from None


def _too_large(size: str, limit: int) -> str:
    return (
        f"The picture has {size} pixels and the limit is {limit // 10**6} million; "
        "save it smaller and try again."
    )


def _not_a_picture(data: bytes) -> str:
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1"):
        return "This is a HEIC photo, which is not read here; save it as JPEG."
    return "This is not a picture; use PNG, JPEG, WebP, GIF, BMP or TIFF."


def _decode(image: Image.Image, deep: bool) -> Picture:
    notes: list[str] = []
    try:
        image.draft(None, (KEPT_SIDE, KEPT_SIDE))
        image.load()
        if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
            image.thumbnail((KEPT_SIDE, KEPT_SIDE))  # before all that would cost memory
        image = _upright(image, notes)
        image = _eight_bits(image, deep, notes)
        image = _opaque(image, notes)
        image.thumbnail((KEPT_SIDE, KEPT_SIDE))
        return Picture(np.array(image), tuple(notes))
    except (*DAMAGED, Image.DecompressionBombError):
        raise LabError(
            "The picture is broken or cut short; save it again or use another."
        ) from None


def _is_deep(image: Image.Image, data: bytes) -> bool:
    """Whether the file keeps 16 bits a channel; Pillow's mode does not tell for color."""
    if image.format == "PNG":
        return data[24:25] == b"\x10"  # the bit depth, after width and height
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        depths = image.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (8,))
        return max(depths if isinstance(depths, tuple) else (depths,)) == 16
    if image.format == "PPM":
        return b"65535" in data[:64]
    return False


def _upright(image: Image.Image, notes: list[str]) -> Image.Image:
    turned = image.getexif().get(ExifTags.Base.Orientation, 1)
    if turned not in range(2, 9):
        return image
    notes.append("Turned upright by the photo's EXIF mark.")
    return ImageOps.exif_transpose(image)


def _eight_bits(image: Image.Image, deep: bool, notes: list[str]) -> Image.Image:
    """Deep grey modes (16 and 32 bits, floats) -> "L"; of deep color Pillow keeps 8 bits itself."""
    if deep and not image.mode.startswith(("I", "F")):
        notes.append(_SCALED)
    if not image.mode.startswith(("I", "F")):
        return image
    levels = np.nan_to_num(np.asarray(image, np.float32), posinf=0.0, neginf=0.0)
    if image.mode == "F":
        levels *= 255 / max(float(levels.max()), 1e-9)
        notes.append("Scaled from floating point to 8 bits by its brightest pixel.")
    elif image.mode != "I" or levels.max() > 255:
        levels /= 257
        notes.append(_SCALED)
    return Image.fromarray(np.clip(np.rint(levels), 0, 255).astype(np.uint8))


def _opaque(image: Image.Image, notes: list[str]) -> Image.Image:
    """Any mode -> "L" or "RGB", transparent parts laid on a ground that shows the picture."""
    if not image.has_transparency_data:
        return image.convert("L" if image.mode in ("1", "L") else "RGB")
    layers = image.convert("RGBA")
    alpha = np.asarray(layers.getchannel("A"), np.float32)
    if alpha.min() == 255:
        return layers.convert("RGB")
    levels = np.asarray(layers.convert("L"), np.float32)
    light = float((levels * alpha).sum()) > 127.5 * float(alpha.sum())
    ground = Image.new("RGBA", layers.size, (0, 0, 0) if light else (255, 255, 255))
    notes.append(f"Transparent parts were laid on {'black' if light else 'white'}.")
    return Image.alpha_composite(ground, layers).convert("RGB")
