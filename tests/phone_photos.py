"""Pictures that imitate phone photos of a digit on paper; all strokes drawn for these tests.

`photo(digit, seed)` gives JPEG bytes: white, ruled or grid paper, thin to thick pen, light that
falls off, a shadow, tilt, blur, noise. `python tests/phone_photos.py FOLDER` writes some of them.
"""

import io
import math
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Points = list[tuple[float, float]]


def arc(x: float, y: float, wide: float, high: float, start: float, end: float) -> Points:
    """Points on an ellipse, angles in degrees, clockwise from the right."""
    steps = 2 + int(abs(end - start) / 25)
    angles = [math.radians(start + (end - start) * i / (steps - 1)) for i in range(steps)]
    return [(x + wide * math.cos(a), y + high * math.sin(a)) for a in angles]


# Each digit in two or three hands; strokes in a box of side 1.
STYLES: dict[int, list[list[Points]]] = {
    0: [
        [arc(0.5, 0.5, 0.32, 0.5, -90, 270)],
        [arc(0.5, 0.5, 0.38, 0.48, -60, 310)],
    ],
    1: [
        [[(0.5, 0.0), (0.5, 0.5), (0.49, 1.0)]],
        [[(0.36, 0.2), (0.52, 0.0), (0.52, 0.5), (0.51, 1.0)]],
        [[(0.6, 0.0), (0.5, 0.5), (0.41, 1.0)]],
    ],
    2: [
        [
            [
                *arc(0.47, 0.27, 0.3, 0.27, 195, 390),
                (0.42, 0.74),
                (0.14, 1.0),
                (0.5, 0.98),
                (0.88, 1.0),
            ]
        ],
        [
            [
                *arc(0.48, 0.25, 0.32, 0.25, 180, 400),
                (0.3, 0.8),
                *arc(0.22, 0.9, 0.1, 0.08, 250, -60),
                (0.6, 0.98),
                (0.9, 0.92),
            ]
        ],
    ],
    3: [
        [[*arc(0.46, 0.24, 0.3, 0.24, 200, 440), *arc(0.46, 0.73, 0.34, 0.27, -80, 160)]],
        [
            [(0.15, 0.02), (0.78, 0.02)],
            [(0.78, 0.02), (0.48, 0.4), *arc(0.46, 0.7, 0.34, 0.3, -75, 155)],
        ],
    ],
    4: [
        [
            [(0.35, 0.0), (0.22, 0.35), (0.1, 0.62), (0.5, 0.61), (0.92, 0.59)],
            [(0.66, 0.25), (0.65, 0.6), (0.63, 1.0)],
        ],
        [
            [(0.18, 0.02), (0.16, 0.3), (0.22, 0.5), (0.5, 0.52), (0.78, 0.48)],
            [(0.8, 0.0), (0.78, 0.5), (0.77, 1.0)],
        ],
    ],
    5: [
        [
            [(0.24, 0.02), (0.2, 0.25), (0.18, 0.45), *arc(0.44, 0.68, 0.34, 0.31, -115, 150)],
            [(0.24, 0.02), (0.5, 0.02), (0.82, 0.0)],
        ],
        [
            [
                (0.8, 0.02),
                (0.5, 0.02),
                (0.26, 0.04),
                (0.2, 0.42),
                *arc(0.44, 0.68, 0.34, 0.32, -110, 140),
            ]
        ],
    ],
    6: [
        [[(0.68, 0.0), (0.42, 0.22), (0.24, 0.5), *arc(0.48, 0.72, 0.28, 0.28, 195, 540)]],
        [[(0.55, 0.0), (0.32, 0.3), (0.24, 0.6), *arc(0.46, 0.75, 0.24, 0.24, 190, 530)]],
    ],
    7: [
        [[(0.1, 0.04), (0.45, 0.03), (0.85, 0.0), (0.62, 0.35), (0.46, 0.7), (0.4, 1.0)]],
        [
            [(0.1, 0.04), (0.45, 0.03), (0.85, 0.0), (0.6, 0.4), (0.42, 1.0)],
            [(0.28, 0.5), (0.76, 0.48)],
        ],
    ],
    8: [
        [
            [
                *arc(0.5, 0.24, 0.26, 0.24, -60, -260),
                *arc(0.49, 0.74, 0.32, 0.26, -75, 245),
                (0.52, 0.48),
                (0.7, 0.34),
                (0.72, 0.15),
                (0.6, 0.03),
            ]
        ],
        [arc(0.5, 0.24, 0.25, 0.24, 90, 450), arc(0.5, 0.74, 0.31, 0.26, -90, 270)],
    ],
    9: [
        [[*arc(0.48, 0.28, 0.29, 0.27, -15, -345), (0.77, 0.3), (0.74, 0.65), (0.62, 1.0)]],
        [[*arc(0.46, 0.26, 0.28, 0.26, -20, -340), (0.74, 0.28), (0.74, 1.0)]],
    ],
}


@dataclass(frozen=True)
class Scene:
    """How one photo is taken; all lengths as shares of the photo's shorter side."""

    digit: int
    paper: str = "white"
    pen: float = 0.03
    ink: tuple[int, int, int] = (25, 25, 30)
    size: float = 0.45
    gradient: float = 0.0
    shadow: float = 0.0
    tilt: float = 0.0
    blur: float = 0.7
    noise: float = 3.0
    quality: int = 80
    table: bool = False


PAPERS = ("white", "ruled", "grid")
INKS = ((25, 25, 30), (30, 45, 130), (20, 30, 90), (85, 85, 88), (60, 20, 25))


def scene(digit: int, seed: int) -> Scene:
    """A random scene; papers take turns, so that each has a third."""
    chance = random.Random(f"{digit}-{seed}")
    size = chance.uniform(0.25, 0.7)
    return Scene(
        digit=digit,
        paper=PAPERS[seed % 3],
        pen=size * chance.choice((0.03, 0.05, 0.08, 0.13)),
        ink=chance.choice(INKS),
        size=size,
        gradient=chance.uniform(0, 0.5),
        shadow=chance.choice((0, 0, 0.25, 0.4)),
        tilt=chance.uniform(-12, 12),
        blur=chance.uniform(0.4, 2.0),
        noise=chance.uniform(1, 7),
        quality=chance.choice((45, 65, 85)),
    )


def photo(digit: int, seed: int, **changes) -> bytes:
    """JPEG bytes of one imitated photo; `changes` replaces fields of its `Scene`."""
    chance = random.Random(f"photo-{digit}-{seed}")
    drawn = Scene(**{**vars(scene(digit, seed)), **changes})
    width, height = chance.choice(((900, 1200), (1200, 900), (1000, 1000)))
    image = _paper(drawn, chance, width, height)
    image = _write(image, drawn, chance)
    image = image.rotate(drawn.tilt, Image.Resampling.BICUBIC, fillcolor=_edge(image))
    image = _skew(image, chance)
    if drawn.table:
        image = _on_table(image, chance)
    pixels = _light(np.asarray(image, np.float32), drawn, chance)
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    image = image.filter(ImageFilter.GaussianBlur(drawn.blur))
    grain = np.random.default_rng(seed).normal(0, drawn.noise, (height, width, 1))
    pixels = np.clip(np.asarray(image, np.float32) + grain, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=drawn.quality)
    return file.getvalue()


def _paper(drawn: Scene, chance: random.Random, width: int, height: int) -> Image.Image:
    color = chance.choice(((246, 246, 244), (238, 240, 245), (248, 243, 230)))
    image = Image.new("RGB", (width, height), color)
    pen = ImageDraw.Draw(image)
    gap = min(width, height) * drawn.size * chance.uniform(0.18, 0.4)
    line = chance.choice(((150, 180, 215), (175, 175, 180), (165, 200, 190)))
    thick = chance.choice((1, 2, 3))
    start = chance.uniform(0, gap)
    if drawn.paper in ("ruled", "grid"):
        for step in range(int(height / gap) + 2):
            pen.line([(0, start + step * gap), (width, start + step * gap)], line, thick)
    if drawn.paper == "grid":
        for step in range(int(width / gap) + 2):
            pen.line([(start + step * gap, 0), (start + step * gap, height)], line, thick)
    return image


def _edge(image: Image.Image) -> tuple[int, ...]:
    return image.getpixel((2, 2))


def _write(image: Image.Image, drawn: Scene, chance: random.Random) -> Image.Image:
    """The digit in one hand, shaken, slanted and stretched, in ink that is not quite even."""
    short = min(image.size)
    slant, wide = chance.uniform(-0.05, 0.3), chance.uniform(0.5, 0.85)
    left = image.width / 2 + short * chance.uniform(-0.12, 0.12)
    top = image.height / 2 + short * chance.uniform(-0.1, 0.1)
    mask = Image.new("L", image.size, 0)
    brush = ImageDraw.Draw(mask)
    for stroke in chance.choice(STYLES[drawn.digit]):
        shaken = [(x + chance.gauss(0, 0.015), y + chance.gauss(0, 0.015)) for x, y in stroke]
        scale = short * drawn.size
        placed = [
            (left + scale * ((x - 0.5) * wide + slant * (0.5 - y)), top + scale * (y - 0.5))
            for x, y in shaken
        ]
        for x, y in spline(placed):
            radius = short * drawn.pen / 2 * chance.uniform(0.9, 1.05)
            brush.ellipse([x - radius, y - radius, x + radius, y + radius], fill=235)
    return Image.composite(Image.new("RGB", image.size, drawn.ink), image, mask)


def spline(points: Points) -> Points:
    """A dense Catmull-Rom curve through the points."""
    padded = np.array([points[0], *points, points[-1]])
    curve = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for t in np.linspace(0, 1, max(2, int(math.dist(b, c) / 2)), endpoint=False):
            curve.append(
                b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
            )
    return [*map(tuple, curve), points[-1]]


def _skew(image: Image.Image, chance: random.Random) -> Image.Image:
    """A slight perspective, as of a phone not held quite level."""
    lean = [1, chance.uniform(-0.03, 0.03), 0, chance.uniform(-0.03, 0.03), 1, 0]
    bend = [chance.uniform(-6e-5, 6e-5), chance.uniform(-6e-5, 6e-5)]
    way = Image.Transform.PERSPECTIVE
    return image.transform(
        image.size, way, [*lean, *bend], Image.Resampling.BICUBIC, fillcolor=_edge(image)
    )


def _on_table(image: Image.Image, chance: random.Random) -> Image.Image:
    """The sheet smaller than the photo, on a dark table with some grain."""
    table = np.full((image.height, 1, 3), (92, 66, 46), np.float32)
    table = np.repeat(table, image.width, axis=1)
    table += 9 * np.sin(np.arange(image.height) / chance.uniform(4, 11))[:, None, None]
    ground = Image.fromarray(table.astype(np.uint8))
    share = chance.uniform(0.75, 0.88)
    sheet = image.resize((int(image.width * share), int(image.height * share)))
    sheet = sheet.convert("RGBA").rotate(chance.uniform(-6, 6), Image.Resampling.BICUBIC, True)
    place = (ground.width - sheet.width) // 2, (ground.height - sheet.height) // 2
    ground.paste(sheet, place, sheet)
    return ground


def _light(pixels: np.ndarray, drawn: Scene, chance: random.Random) -> np.ndarray:
    """Light that falls off to one side, the shadow of a hand or phone, a tint."""
    height, width = pixels.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    angle = chance.uniform(0, 2 * math.pi)
    fall = 1 - drawn.gradient * (
        0.5 + 0.5 * np.clip(x * math.cos(angle) + y * math.sin(angle), -1, 1)
    )
    turn = chance.uniform(0, 2 * math.pi)
    edge = x * math.cos(turn) + y * math.sin(turn) - chance.uniform(-0.4, 0.4)
    soft = chance.uniform(0.03, 0.15)
    if drawn.shadow:
        fall *= 1 - drawn.shadow / (1 + np.exp(np.clip(-edge / soft, -50, 50)))
    tint = np.array([chance.uniform(0.93, 1), chance.uniform(0.95, 1), chance.uniform(0.85, 1)])
    return pixels * fall[..., None] * tint * chance.uniform(0.75, 1.0)


def main() -> None:
    """Write a few of every digit, and one sheet with all, into the folder named on the line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    sheet = Image.new("RGB", (10 * 160, 6 * 160))
    for seed in range(6):
        for digit in range(10):
            data = photo(digit, seed)
            (folder / f"{digit}-{seed}.jpg").write_bytes(data)
            small = Image.open(io.BytesIO(data))
            small.thumbnail((156, 156))
            sheet.paste(small, (digit * 160, seed * 160))
    sheet.save(folder / "sheet.png")


if __name__ == "__main__":
    main()
