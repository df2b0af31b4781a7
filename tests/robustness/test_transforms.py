"""Every transform by its card, and each against a reference of its own in plain NumPy."""

import numpy as np
import pytest

from cnnlab.errors import LabError
from cnnlab.robustness import TRANSFORMS, all_transforms

rng = np.random.default_rng(0)
GRAY = rng.random((2, 12, 12, 1), np.float32)
COLOR = rng.random((1, 9, 14, 3), np.float32)


def strengths(card):
    return [card.low, (card.low + card.unchanged) / 2, (card.high + card.unchanged) / 2, card.high]


@pytest.mark.parametrize("card", all_transforms(), ids=lambda card: card.name)
@pytest.mark.parametrize("pictures", [GRAY, COLOR], ids=["gray", "color"])
def test_bounded_of_one_size_and_the_same_for_the_same_seed(card, pictures):
    before = pictures.copy()
    for strength in strengths(card):
        made = card.apply(pictures, strength, seed=3)
        assert made.shape == pictures.shape
        assert made.dtype == np.float32
        assert made.min() >= 0
        assert made.max() <= 1
        assert np.array_equal(made, card.apply(pictures, strength, seed=3))
    assert np.array_equal(pictures, before)
    assert np.array_equal(card.apply(pictures, card.unchanged), pictures)
    assert not np.array_equal(card.apply(pictures, card.ends[0]), pictures)


@pytest.mark.parametrize("card", all_transforms(), ids=lambda card: card.name)
def test_its_range_its_steps_and_its_words(card):
    steps = card.steps(5)
    assert len(steps) == 1 + 5 * len(card.ends)
    assert (steps[0], steps[-1]) == (card.low, card.high)
    assert card.unchanged in steps
    assert card.words(card.unchanged) == "unchanged"
    for end in card.ends:
        assert card.words(end)
        assert "{" not in card.words(end)
    with pytest.raises(LabError, match="goes from"):
        card.apply(GRAY, card.high + 1)


def apply(name, pictures, strength, seed=0):
    return TRANSFORMS[name].apply(pictures, strength, seed)


def test_a_quarter_turn_and_a_half_turn():
    assert np.allclose(apply("turn", GRAY, 90), np.rot90(GRAY, -1, axes=(1, 2)), atol=1e-5)
    assert np.allclose(apply("turn", GRAY, -180), GRAY[:, ::-1, ::-1], atol=1e-5)


def test_whole_pixels_are_shifted_as_by_padding():
    padded = np.pad(GRAY, [(0, 0), (0, 0), (3, 0), (0, 0)], mode="edge")[:, :, :12]
    assert np.allclose(apply("shift_across", GRAY, 25), padded, atol=1e-5)
    padded = np.pad(GRAY, [(0, 0), (0, 3), (0, 0), (0, 0)], mode="edge")[:, 3:]
    assert np.allclose(apply("shift_down", GRAY, -25), padded, atol=1e-5)


def test_twice_the_size_shows_the_middle():
    ramp = np.broadcast_to(np.linspace(0, 1, 13, dtype=np.float32)[:, None], (13, 13))
    grown = apply("scale", ramp[None, :, :, None], 200)[0, :, 0, 0]
    assert np.allclose(grown, np.linspace(0.25, 0.75, 13), atol=1e-6)


def test_contrast_noise_and_blur_by_their_formulas():
    mean = GRAY.mean(axis=(1, 2, 3), keepdims=True)
    assert np.allclose(apply("contrast", GRAY, 30), 0.7 * GRAY + 0.3 * mean, atol=1e-6)
    pattern = np.random.default_rng(5).standard_normal(GRAY.shape, np.float32)
    assert np.allclose(apply("noise", GRAY, 10, 5), np.clip(GRAY + 0.1 * pattern, 0, 1), atol=1e-6)
    blurred = np.zeros((9, 14))
    for i in range(9):
        for j in range(14):
            apart = (np.arange(9)[:, None] - i) ** 2 + (np.arange(14) - j) ** 2
            weights = np.exp(-apart / (2 * 0.9**2))
            blurred[i, j] = (weights * COLOR[0, :, :, 1]).sum() / weights.sum()
    assert np.allclose(apply("blur", COLOR, 10)[0, ..., 1], blurred, atol=1e-5)


def test_the_hidden_square_has_its_size_and_its_place():
    hidden = apply("occlusion", GRAY, 50)
    mean = GRAY.mean(axis=(1, 2), keepdims=True)
    assert np.allclose(hidden[:, 3:9, 3:9], np.broadcast_to(mean, (2, 6, 6, 1)), atol=1e-6)
    outside = np.ones((12, 12), bool)
    outside[3:9, 3:9] = False
    assert np.array_equal(hidden[:, outside], GRAY[:, outside])
    assert not np.array_equal(apply("occlusion", GRAY, 50, seed=1), hidden)


@pytest.mark.parametrize("dark", [False, True])
def test_a_wider_pen_makes_more_ink_on_light_and_on_dark_ground(dark):
    stroke = np.zeros((1, 12, 12, 1), np.float32)
    stroke[0, 3:9, 4:7] = 1
    ink = (lambda x: 1 - x) if dark else (lambda x: x)
    wide, thin = (ink(apply("pen_width", ink(stroke), by)) for by in (1, -0.5))
    cross = np.zeros_like(stroke)
    cross[0, 2:10, 4:7] = cross[0, 3:9, 3:8] = 1
    assert np.allclose(wide, cross, atol=1e-6)
    assert thin.sum() < stroke.sum() < wide.sum()
