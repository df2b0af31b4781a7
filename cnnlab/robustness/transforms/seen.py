"""Contrast, noise and blur: how well the picture can be seen.

Shapes: pictures are float32 `(n, height, width, channels)` in 0..1, before and after.
"""

import numpy as np

from cnnlab.robustness._cards import transform

_CORRUPTIONS = "Hendrycks and Dietterich, Benchmarking Neural Network Robustness, 2019"
_ADDRESS = "https://arxiv.org/abs/1903.12261"


@transform(
    title="Contrast",
    low=0,
    high=100,
    unchanged=0,
    unit="% of its contrast lost",
    phrases=("", "with {by} % of its contrast lost"),
    turn=60,
    source=_CORRUPTIONS,
    url=_ADDRESS,
)
def contrast(pictures: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """Every pixel drawn towards the picture's mean, until all is gray."""
    mean = pictures.mean(axis=(1, 2, 3), keepdims=True)
    return mean + (1 - strength / 100) * (pictures - mean)


@transform(
    title="Noise",
    low=0,
    high=100,
    unchanged=0,
    unit="% of white, standard deviation",
    phrases=("", "with noise of {by} % of white"),
    turn=70,
    source=_CORRUPTIONS,
    url=_ADDRESS,
)
def noise(pictures: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """Gaussian noise on every pixel; one seed is one pattern, only stronger or weaker."""
    pattern = np.random.default_rng(seed).standard_normal(pictures.shape, np.float32)
    return pictures + strength / 100 * pattern


@transform(
    title="Blur",
    low=0,
    high=20,
    unchanged=0,
    unit="% of its side",
    phrases=("", "blurred by {by} % of its side"),
    turn=80,
    source=_CORRUPTIONS,
    url=_ADDRESS,
)
def blur(pictures: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """Out of focus: a Gaussian of this standard deviation. Fine strokes go first."""
    height, width = pictures.shape[1:3]
    sigma = strength / 100 * min(height, width)
    rows, columns = _gaussian(height, sigma), _gaussian(width, sigma)
    along_rows = np.einsum("ij,njwc->niwc", rows, pictures, optimize=True)
    return np.einsum("ij,nhjc->nhic", columns, along_rows, optimize=True)


def _gaussian(size: int, sigma: float) -> np.ndarray:
    """`(size, size)`: what each pixel takes of every other; each row adds up to 1."""
    apart = np.arange(size)[:, None] - np.arange(size)
    weights = np.exp(-(apart**2) / (2 * max(sigma, 1e-3) ** 2))
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
