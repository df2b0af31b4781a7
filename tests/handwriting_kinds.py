"""Pictures of handwritten digits of many kinds, made by this script: what people bring to the lab.

Strokes come from the hands of `phone_photos` and of the augmentation, or from MNIST's test
pictures enlarged. `KINDS[kind](digit, seed)` gives a uint8 picture.
`python -m tests.count_handwriting` tells how many of each kind the shipped network reads.
"""

import io
from collections.abc import Callable
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from tests.ink_on_paper import (
    INKS,
    colored,
    cropped,
    ink,
    lit,
    mnist,
    paper_tone,
    photographed,
    placed,
    stroked,
    taken,
    texture,
)
from tests.phone_photos import photo

Kind = Callable[[int, int], np.ndarray]
KINDS: dict[str, Kind] = {}


def kind(make: Kind) -> Kind:
    """Register a kind under its function's name."""
    KINDS[make.__name__] = make
    return make


def _chance(digit: int, seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng([digit, seed, *name.encode()])


def _side(rng: np.random.Generator) -> int:
    return int(rng.choice((60, 110, 180, 320)))


@kind
def paper(digit: int, seed: int) -> np.ndarray:
    """Any pen on plain paper, with room around it."""
    rng = _chance(digit, seed, "paper")
    return photographed(placed(ink(digit, seed, rng, _side(rng)), rng, (0.15, 1.0)), rng)


@kind
def chalk(digit: int, seed: int) -> np.ndarray:
    """Light strokes on a dark board."""
    rng = _chance(digit, seed, "chalk")
    return photographed(
        placed(ink(digit, seed, rng, _side(rng)), rng, (0.15, 1.0)), rng, light=True
    )


@kind
def edge(digit: int, seed: int) -> np.ndarray:
    """Cropped to the digit's edge, or a few pixels from it."""
    rng = _chance(digit, seed, "edge")
    mask = ink(digit, seed, rng, _side(rng))
    return photographed(placed(mask, rng, (0, float(rng.choice((0, 0.04, 0.1))) + 1e-9)), rng)


@kind
def edge_light(digit: int, seed: int) -> np.ndarray:
    """The same, light on dark."""
    rng = _chance(digit, seed, "edge_light")
    mask = ink(digit, seed, rng, _side(rng))
    margin = float(rng.choice((0, 0.04, 0.1))) + 1e-9
    return photographed(placed(mask, rng, (0, margin)), rng, light=True)


@kind
def thick(digit: int, seed: int) -> np.ndarray:
    """A marker that fills the picture, dark or light."""
    rng = _chance(digit, seed, "thick")
    mask = stroked(digit, rng, _side(rng), rng.uniform(0.14, 0.22))
    return photographed(placed(mask, rng, (0, rng.uniform(0.001, 0.12))), rng, light=seed % 3 == 0)


@kind
def ruled(digit: int, seed: int) -> np.ndarray:
    """Lines or a grid, printed pale or strong, thin pens and thick ones."""
    rng = _chance(digit, seed, "ruled")
    side = int(rng.choice((110, 180, 320)))
    mask = placed(ink(digit, seed, rng, side), rng, (0.1, 0.8))
    ground = np.full((*mask.shape, 3), paper_tone(rng), np.float32)
    gap, start = side * rng.uniform(0.2, 0.9), rng.uniform(0, 1)
    width = max(1, round(side * rng.uniform(0.004, 0.02)))
    tone = np.array((140, 170, 215) if rng.random() < 0.6 else (170, 170, 175))
    image = Image.fromarray(ground.astype(np.uint8))
    brush = ImageDraw.Draw(image)
    for step in range(-1, int(max(mask.shape) / gap) + 2):
        at = (start + step) * gap
        lean = rng.normal(0, 0.5)
        brush.line([(0, at), (image.width, at + lean)], tuple(map(int, tone)), width)
        if seed % 2:
            brush.line([(at, 0), (at + lean, image.height)], tuple(map(int, tone)), width)
    image = image.filter(ImageFilter.GaussianBlur(0.6))
    pixels = colored(mask, np.asarray(image), INKS[rng.integers(len(INKS))])
    scene = lit(pixels, rng, rng.uniform(0, 0.4), 0)
    return taken(scene, rng, rng.uniform(0.3, 1.2), rng.uniform(0.5, 4), 80)


@kind
def blurred(digit: int, seed: int) -> np.ndarray:
    """Small and out of focus, pale ink on grey, cut close."""
    rng = _chance(digit, seed, "blurred")
    side = int(rng.integers(45, 90))
    pen = rng.uniform(0.1, 0.16)
    mask = placed(ink(digit, seed, rng, side, pen), rng, (0.02, 0.25))
    tone = rng.uniform(130, 200)
    ground = texture(mask.shape, rng, 1.5)[..., None] + tone * rng.uniform(0.95, 1, 3)
    pixels = colored(mask, ground, (60, 70, 160), rng.uniform(0.5, 0.9))
    return taken(lit(pixels, rng, 0.25, 0.1), rng, side * rng.uniform(0.02, 0.045), 1.5, 80)


@kind
def pencil(digit: int, seed: int) -> np.ndarray:
    """A scan: grey broken strokes on white, anywhere on a wide field, specks about."""
    rng = _chance(digit, seed, "pencil")
    side = int(rng.integers(45, 80))
    mask = ink(digit, seed, rng, side, rng.uniform(0.06, 0.12))
    field = np.zeros((max(111, mask.shape[0] + 8), max(157, mask.shape[1] + 8)), np.float32)
    top = int(rng.integers(0, field.shape[0] - mask.shape[0]))
    left = int(rng.integers(20, field.shape[1] - mask.shape[1]))
    field[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    grain = rng.normal(1, 0.25, field.shape)
    tone = float(rng.uniform(40, 150))
    pixels = 254 - (254 - tone) * np.clip(field * grain, 0, 1)
    for _ in range(int(rng.integers(0, 6))):
        y, x = int(rng.integers(field.shape[0] - 2)), int(rng.integers(field.shape[1] - 2))
        pixels[y : y + 2, x : x + int(rng.integers(1, 3))] = rng.uniform(90, 220)
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(0.5)))


@kind
def neighbors(digit: int, seed: int) -> np.ndarray:
    """Cut out of a row of writing: parts of others reach in from the border."""
    rng = _chance(digit, seed, "neighbors")
    side = int(rng.choice((110, 180)))
    mask = placed(ink(digit, seed, rng, side, 0.09), rng, (0.2, 0.5))
    other = stroked(int(rng.integers(10)), rng, side, 0.09)
    part = int(0.12 * side)
    if rng.random() < 0.5:
        cut = other[-part:, : mask.shape[1]]
        corner = mask[: cut.shape[0], : cut.shape[1]]
        np.maximum(corner, cut, out=corner)
    else:
        cut = other[: mask.shape[0], :part]
        corner = mask[: cut.shape[0], mask.shape[1] - cut.shape[1] :]
        np.maximum(corner, cut, out=corner)
    return photographed(mask, rng, light=seed % 4 == 0)


@kind
def shaded(digit: int, seed: int) -> np.ndarray:
    """Dark corners, strong shadows, a dim room."""
    rng = _chance(digit, seed, "shaded")
    mask = placed(ink(digit, seed, rng, _side(rng)), rng, (0.2, 1.0))
    pixels = colored(mask, paper_tone(rng, 150), INKS[rng.integers(len(INKS))])
    scene = lit(pixels, rng, rng.uniform(0.3, 0.6), rng.uniform(0.1, 0.4))
    return taken(scene, rng, 0.8, 4, 70)


@kind
def framed(digit: int, seed: int) -> np.ndarray:
    """A form's printed box around the digit."""
    rng = _chance(digit, seed, "framed")
    mask = placed(ink(digit, seed, rng, 160), rng, (0.25, 0.5))
    image = Image.fromarray(colored(mask, paper_tone(rng), (30, 30, 40)).astype(np.uint8))
    inset = int(rng.integers(2, 10))
    box = [inset, inset, image.width - inset - 1, image.height - inset - 1]
    ImageDraw.Draw(image).rectangle(box, outline=(90, 90, 95), width=int(rng.integers(1, 4)))
    return taken(np.asarray(image, np.float32), rng, 0.6, 2, 80)


@kind
def usps(digit: int, seed: int) -> np.ndarray:
    """16x16, white on black, filled to the rim."""
    return _small_scan(digit, seed)


@kind
def usps_dark(digit: int, seed: int) -> np.ndarray:
    """16x16, black on white, filled to the rim."""
    return 255 - _small_scan(digit, seed)


def _small_scan(digit: int, seed: int) -> np.ndarray:
    grey = cropped(mnist(digit, seed).astype(np.float32))
    height, width = grey.shape
    wide = max(3, round(16 * min(1, 1.1 * width / height)))
    image = Image.fromarray(grey).resize((wide, 16), Image.Resampling.BICUBIC)
    left = (16 - wide) // 2
    done = np.pad(np.asarray(image), ((0, 0), (left, 16 - wide - left)))
    return np.clip(done * 1.1, 0, 255).astype(np.uint8)


@kind
def pixels(digit: int, seed: int) -> np.ndarray:
    """Drawn in a paint program at 28x28, in black or white without shades."""
    rng = _chance(digit, seed, "pixels")
    mask = stroked(digit, rng, int(rng.integers(16, 25)), float(rng.choice((0.08, 0.12))))
    field = np.zeros((28, 28), bool)
    mask = mask[:28, :28] > 0.3
    top, left = ((28 - mask.shape[0]) // 2, (28 - mask.shape[1]) // 2)
    field[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    return np.where(field ^ (seed % 3 != 0), 255, 0).astype(np.uint8)


@kind
def as_is(digit: int, seed: int) -> np.ndarray:
    """MNIST's test pictures themselves."""
    return mnist(digit, seed)


@kind
def inverted(digit: int, seed: int) -> np.ndarray:
    """MNIST's test pictures, black on white."""
    return 255 - mnist(digit, seed)


@kind
def blocks(digit: int, seed: int) -> np.ndarray:
    """MNIST's test pictures shown large, with JPEG's noise, some inverted."""
    rng = _chance(digit, seed, "blocks")
    scale = int(rng.choice((3, 8, 16)))
    way = Image.Resampling.NEAREST if seed % 2 else Image.Resampling.BICUBIC
    size = 28 * scale, 28 * scale
    grey = np.asarray(Image.fromarray(mnist(digit, seed)).resize(size, way), np.float32)
    grey = 255 - grey if seed % 3 == 0 else grey
    return taken(np.repeat(grey[..., None], 3, axis=2), rng, 0.1, 0, 60)


@kind
def pad(digit: int, seed: int) -> np.ndarray:
    """Drawn on the lab's pad: light on black, smooth, nothing else."""
    rng = _chance(digit, seed, "pad")
    mask = stroked(digit, rng, int(rng.integers(90, 220)), rng.uniform(0.06, 0.14))
    field = np.zeros((280, max(280, mask.shape[1])), np.float32)
    mask = mask[:280]
    top = int(rng.integers(0, 281 - mask.shape[0]))
    left = int(rng.integers(0, field.shape[1] - mask.shape[1] + 1))
    field[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    return np.rint(field * 255).astype(np.uint8)


@kind
def stray(digit: int, seed: int) -> np.ndarray:
    """Light on exact black, with specks and JPEG's noise."""
    rng = _chance(digit, seed, "stray")
    grey = pad(digit, seed).astype(np.float32)
    for _ in range(int(rng.integers(1, 5))):
        y, x = int(rng.integers(grey.shape[0] - 6)), int(rng.integers(grey.shape[1] - 6))
        grey[y : y + 4, x : x + 4] = rng.uniform(60, 255)
    return taken(np.repeat(grey[..., None], 3, axis=2), rng, 0.5, 0, 50)


@kind
def phone(digit: int, seed: int) -> np.ndarray:
    """The imitated phone photos."""
    return np.asarray(Image.open(io.BytesIO(photo(digit, seed))))


@kind
def phone_table(digit: int, seed: int) -> np.ndarray:
    """The same, the sheet on a table."""
    return np.asarray(Image.open(io.BytesIO(photo(digit, seed, table=True))))


@cache
def photo_and_place(digit: int, seed: int) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    """A phone photo, and where its digit begins and ends: top, bottom, left, right."""
    calm = {"paper": "white", "gradient": 0.0, "shadow": 0.0, "noise": 0.0, "quality": 95}
    black, white = (
        np.asarray(Image.open(io.BytesIO(photo(digit, seed, **calm, ink=(tone,) * 3))), np.float32)
        for tone in (0, 255)
    )
    mask = (white - black)[..., 0] > 90
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return phone(digit, seed), (rows[0], rows[-1], columns[0], columns[-1])


def phone_cropped(digit: int, seed: int, margin: float) -> np.ndarray:
    """A phone photo cut to the digit with a margin, as a share of its longer side."""
    whole, (top, bottom, left, right) = photo_and_place(digit, seed)
    rim = round(margin * max(bottom - top, right - left))
    return whole[
        max(0, top - rim) : bottom + rim + 1,
        max(0, left - rim) : right + rim + 1,
    ]


@kind
def phone_edge(digit: int, seed: int) -> np.ndarray:
    """Cut at the digit's edge."""
    return phone_cropped(digit, seed, 0.0)


@kind
def phone_close(digit: int, seed: int) -> np.ndarray:
    """Cut a twentieth to a fifth of the digit away from it."""
    return phone_cropped(digit, seed, (0.05, 0.1, 0.2)[seed % 3])
