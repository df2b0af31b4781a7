"""Pictures to check a network on that nobody has to be asked for: drawn by this file."""

import numpy as np


def golden_pictures(shape: tuple[int, int, int]) -> np.ndarray:
    """A stroke, a ring and spots of light: uint8 `(3, height, width, channels)`."""
    height, width, channels = shape
    rows, columns = np.mgrid[:height, :width]
    y, x = (rows + 0.5) / height - 0.5, (columns + 0.5) / width - 0.5
    stroke = np.exp(-(((x + 0.2 * y) / 0.06) ** 4)) * (np.abs(y) < 0.35)
    ring = np.exp(-(((np.hypot(x / 0.8, y) - 0.28) / 0.07) ** 4))
    chance = np.random.default_rng(7)
    spots = np.zeros((height, width))
    for _ in range(6):
        across, down, light = chance.uniform((-0.4, -0.4, 0.3), (0.4, 0.4, 1))
        spots += light * np.exp(-((x - across) ** 2 + (y - down) ** 2) / 0.01)
    tints = np.linspace(1, 0.4, channels) if channels > 1 else np.ones(1)
    lights = np.stack([stroke, ring, spots]).clip(0, 1)[..., None] * tints
    return np.rint(255 * lights).astype(np.uint8)
