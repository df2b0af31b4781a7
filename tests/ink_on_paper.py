"""Strokes and papers of which `handwriting_kinds` makes its pictures."""

import io
import math
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from cnnlab.augmentation.hands import HANDS
from tests.phone_photos import STYLES, Points, spline

INKS = ((20, 20, 25), (30, 45, 130), (40, 60, 170), (90, 30, 30), (20, 80, 60), (80, 80, 84))


# -- strokes: coverage by ink, float 0..1, cropped to the digit


def stroked(digit: int, rng: np.random.Generator, side: int, pen: float) -> np.ndarray:
    """A digit in one hand; `pen` is the stroke's width as a share of the digit's side."""
    hands: list[list[Points]] = [*STYLES[digit], *HANDS[digit]]
    strokes = hands[rng.integers(len(hands))]
    slant, wide = rng.uniform(-0.05, 0.25), rng.uniform(0.55, 0.85)
    pad = int(side * (pen + 0.4)) + 2
    image = Image.new("L", (int(side * 1.5) + 2 * pad, side + 2 * pad))
    brush, radius = ImageDraw.Draw(image), side * pen / 2
    for stroke in strokes:
        shaken = [(x + rng.normal(0, 0.012), y + rng.normal(0, 0.012)) for x, y in stroke]
        placed = [(pad + side * (x * wide + slant * (1 - y)), pad + side * y) for x, y in shaken]
        for x, y in spline(placed):
            brush.ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)
    return cropped(np.asarray(image, np.float32) / 255)


@cache
def _mnist() -> tuple[np.ndarray, list[np.ndarray]]:
    from cnnlab import datasets

    loaded = datasets.load("mnist_small")
    labels = np.asarray(loaded.y_test)
    return loaded.x_test, [np.flatnonzero(labels == digit) for digit in range(10)]


def mnist(digit: int, seed: int) -> np.ndarray:
    """One of MNIST's test pictures, uint8 `(28, 28)`."""
    pictures, places = _mnist()
    index = places[digit][seed % len(places[digit])]
    return np.asarray(pictures[index : index + 1][0])[..., 0]


def enlarged(digit: int, seed: int, side: int) -> np.ndarray:
    """MNIST's strokes with crisp edges, cropped to the digit."""
    grey = cropped(mnist(digit, seed).astype(np.float32) / 255)
    scale = side / max(grey.shape)
    size = max(3, round(grey.shape[1] * scale)), max(3, round(grey.shape[0] * scale))
    dots = Image.fromarray(np.rint(np.pad(grey, 1) * 255).astype(np.uint8))
    smooth = dots.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(side / 60))
    return cropped(1 / (1 + np.exp(-18 * (np.asarray(smooth, np.float32) / 255 - 0.45))))


def cropped(mask: np.ndarray, least: float = 0.2) -> np.ndarray:
    """The part that holds the strokes."""
    rows = np.flatnonzero((mask > least).any(axis=1))
    columns = np.flatnonzero((mask > least).any(axis=0))
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def ink(digit: int, seed: int, rng: np.random.Generator, side: int, pen: float = 0) -> np.ndarray:
    """Strokes of a hand or of MNIST in turn; `pen` 0: any."""
    if seed % 2:
        return enlarged(digit, seed // 2, side)
    return stroked(digit, rng, side, pen or float(rng.choice((0.04, 0.07, 0.1, 0.14))))


# -- paper and light


def placed(mask: np.ndarray, rng: np.random.Generator, margins: tuple[float, float]) -> np.ndarray:
    """The strokes with margins on each side, as shares of the digit's longer side."""
    side = max(mask.shape)
    widths = [[int(side * rng.uniform(*margins)) for _ in range(2)] for _ in range(2)]
    return np.pad(mask, widths)


def texture(shape: tuple[int, ...], rng: np.random.Generator, strength: float) -> np.ndarray:
    """Uneven paper: noise of a few scales."""
    total = np.zeros(shape[:2], np.float32)
    for cells in (3, 12, 60):
        coarse = rng.normal(0, 1, (cells, cells)).astype(np.float32)
        size = shape[1], shape[0]
        total += np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC))
    return total * strength


def colored(
    mask: np.ndarray,
    paper: np.ndarray | tuple[float, ...],
    pen: tuple[float, ...],
    strength: float = 0.92,
) -> np.ndarray:
    """Ink on paper: `(h, w, 3)` float32 in 0..255."""
    cover = (mask * strength)[..., None]
    return np.asarray(paper, np.float32) * (1 - cover) + np.asarray(pen, np.float32) * cover


def lit(pixels: np.ndarray, rng: np.random.Generator, fall: float, vignette: float) -> np.ndarray:
    """Light that falls off to one side, a shadow's edge, dark corners."""
    height, width = pixels.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    angle = rng.uniform(0, 2 * math.pi)
    along = x * math.cos(angle) + y * math.sin(angle)
    light = 1 - fall * (0.5 + 0.5 * np.clip(along, -1, 1)) - vignette * (x**2 + y**2) / 2
    edge = (along - rng.uniform(-0.4, 0.4)) / rng.uniform(0.05, 0.2)
    light -= float(rng.choice((0, 0.5))) * fall / (1 + np.exp(np.clip(-edge, -50, 50)))
    return pixels * np.maximum(light, 0.1)[..., None]


def taken(
    pixels: np.ndarray, rng: np.random.Generator, blur: float, noise: float, quality: int
) -> np.ndarray:
    """Blur, grain and JPEG: what a camera adds; uint8 `(h, w, 3)`."""
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    image = image.filter(ImageFilter.GaussianBlur(blur))
    grain = rng.normal(0, noise, (*pixels.shape[:2], 1))
    grown = np.clip(np.asarray(image, np.float32) + grain, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grown).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def paper_tone(rng: np.random.Generator, low: int = 190) -> tuple[float, ...]:
    """A paper's color."""
    tone = rng.uniform(low, 250)
    return tuple(tone * rng.uniform(0.9, 1.0, 3))


def photographed(mask: np.ndarray, rng: np.random.Generator, light: bool = False) -> np.ndarray:
    """A photo of the strokes on paper, or of light ones on a dark ground."""
    paper, pen = paper_tone(rng), INKS[rng.integers(len(INKS))]
    if light:
        paper, pen = tuple(rng.uniform(20, 90, 3)), tuple(rng.uniform(200, 250, 3))
    ground = texture(mask.shape, rng, rng.uniform(0.5, 3))[..., None] + np.array(paper)
    scene = lit(colored(mask, ground, pen), rng, rng.uniform(0, 0.4), 0)
    blur = rng.uniform(0.3, 0.012 * max(mask.shape))
    return taken(scene, rng, blur, rng.uniform(0.5, 5), int(rng.choice((50, 70, 90))))
