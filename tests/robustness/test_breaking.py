"""What flips an answer, held against a network whose answers NumPy knows as well."""

import numpy as np
import pytest

from cnnlab.errors import LabError
from cnnlab.robustness import TRANSFORMS
from cnnlab.robustness.breaking import STEPS, as_bytes, break_picture, shift_map, spoiled
from cnnlab.runs import Run
from tests.small_tflite import finished_run, tflite

SHAPE = (10, 12, 1)
chance = np.random.default_rng(1)
WEIGHTS = chance.normal(0, 1, (4, 120)).astype(np.float32)
IMAGE = np.clip(0.5 + 0.15 * WEIGHTS[1].reshape(SHAPE), 0, 1)  # what class b looks for


def says(pictures: np.ndarray) -> np.ndarray:
    """The probabilities of the little network, by NumPy."""
    scores = as_bytes(pictures).reshape(len(pictures), -1) / 255 @ WEIGHTS.T
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


@pytest.fixture
def linear(tmp_path) -> Run:
    path = finished_run(tmp_path, "linear", input_shape=SHAPE, labels=("a", "b", "c", "d"))
    (path / "model.tflite").write_bytes(tflite(WEIGHTS, np.zeros(4), SHAPE))
    return Run(path)


def test_curves_and_flips_are_those_of_the_network(linear):
    found = break_picture(linear, IMAGE, seed=2)
    first = int(says(IMAGE[None])[0].argmax())
    assert found.label == "abcd"[first]
    flipped = 0
    for curve, flip in zip(found.curves, found.flips, strict=True):
        card = TRANSFORMS[curve.transform]
        grid = np.array(curve.strengths)
        reference = says(np.concatenate([card.apply(IMAGE[None], s, 2) for s in grid]))
        assert np.allclose(curve.kept, reference[:, first], atol=1e-5)
        assert curve.labels == tuple("abcd"[i] for i in reference.argmax(axis=1))
        other = reference.argmax(axis=1) != first
        if flip is None:
            assert not other.any()
            continue
        flipped += 1
        answer = says(card.apply(IMAGE[None], flip.strength, 2))[0]
        assert "abcd"[answer.argmax()] == flip.label != found.label
        # No step of the grid nearer to unchanged flips it, on either side.
        ways = [(s - card.unchanged) / (end - card.unchanged) for s, end in _ends(card, grid)]
        assert flip.share <= min(w for w, fell in zip(ways, other, strict=True) if fell) + 1e-9
        # Halved so often that a little less does not flip it.
        less = flip.strength - (flip.strength - card.unchanged) / (flip.share * STEPS * 100)
        assert says(card.apply(IMAGE[None], less, 2))[0].argmax() == first
    assert flipped >= 3
    assert found.nearest.share == min(f.share for f in found.flips if f)


def _ends(card, grid):
    return [(s, card.high if s > card.unchanged or card.low == card.unchanged else card.low)
            for s in grid]  # fmt: skip


def test_the_map_of_shifts_is_that_of_padded_pictures(linear):
    found = shift_map(linear, IMAGE)
    height, width, _ = SHAPE
    reach = max(*found.down, *found.across)
    wide = np.pad(as_bytes(IMAGE), [(reach, reach), (reach, reach), (0, 0)], mode="edge") / 255
    first = "abcd".index(found.label)
    for i, down in enumerate(found.down):
        for j, across in enumerate(found.across):
            top, left = reach - down, reach - across
            answer = says(wide[None, top : top + height, left : left + width])[0]
            assert answer[first] == pytest.approx(found.kept[i, j], abs=1e-5)
            assert "abcd"[answer.argmax()] == found.labels[i][j]
    same = [label == found.label for row in found.labels for label in row]
    assert found.share == sum(same) / len(same)


def test_pictures_shown_are_pictures_asked(linear):
    shown = spoiled("turn", IMAGE, [-90, 0, 45])
    assert shown.dtype == np.uint8
    assert np.array_equal(shown[1], as_bytes(IMAGE))


def test_another_size_and_a_run_without_a_model_are_sentences(linear):
    with pytest.raises(LabError, match="takes pictures of"):
        break_picture(linear, np.zeros((28, 28, 1)))
    linear.tflite_file.unlink()
    with pytest.raises(LabError, match="no trained model"):
        shift_map(linear, IMAGE)
