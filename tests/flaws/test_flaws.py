"""Planted flaws and repairs do to the data what they say, and leave the test part alone."""

import numpy as np
import pytest

from cnnlab import recipe
from cnnlab.datasets import Data
from cnnlab.flaws import FLAWS, planted
from cnnlab.recipe import spoiled_and_mended
from cnnlab.repairs import REPAIRS
from cnnlab.schema import Recipe


@pytest.fixture
def data() -> Data:
    """Four classes: bright bars in four places, 400 + 80 + 40 pictures, no two alike."""
    rng = np.random.default_rng(0)

    def part(count: int) -> tuple[np.ndarray, np.ndarray]:
        labels = np.arange(count) % 4
        pictures = rng.integers(0, 60, (count, 8, 8, 1), dtype=np.uint8)
        for picture, label in zip(pictures, labels, strict=True):
            picture[2 * label : 2 * label + 2] += 180
        return pictures, labels

    (x, y), (xv, yv), (xt, yt) = part(400), part(80), part(40)
    return Data("bars", x, y, xv, yv, xt, yt, tuple("abcd"), "made", "f" * 64)


def asked(**settings) -> Recipe:
    return recipe.of_settings({"epochs": 1, **settings})


def test_every_flaw_is_the_same_for_a_seed_and_leaves_the_test_part(data):
    for card in FLAWS:
        first, again = (planted(data, asked(flaw=card.name, seed=3)) for _ in range(2))
        for part in ("train", "val", "test"):
            for array in (f"x_{part}", f"y_{part}"):
                assert np.array_equal(getattr(first, array), getattr(again, array))
        assert np.array_equal(first.x_test, data.x_test)
        assert np.array_equal(first.y_test, data.y_test)
        for part in ("train", "val"):
            assert set(getattr(first, f"y_{part}")) == {0, 1, 2, 3}


def test_wrong_labels_are_so_many_and_all_of_another_class(data):
    spoiled = planted(data, asked(flaw="label_noise", flaw_percent=40.0))
    share = (spoiled.y_train != data.y_train).mean()
    assert abs(share - 0.4) < 0.08
    assert np.array_equal(spoiled.x_train, data.x_train)


def test_a_leak_is_found_and_left_out_again(data):
    spoiled = planted(data, asked(flaw="leak", flaw_percent=50.0))
    assert len(spoiled.y_train) == len(data.y_train) + 40
    mended = spoiled_and_mended(data, asked(flaw="leak", flaw_percent=50.0, repair="drop_copies"))
    assert np.array_equal(mended.x_train, data.x_train)


def test_validation_shrinks_and_grows(data):
    tiny = planted(data, asked(flaw="tiny_validation", flaw_percent=95.0))
    assert np.bincount(tiny.y_val).tolist() == [1, 1, 1, 1]
    more = spoiled_and_mended(data, asked(repair="more_validation"))
    assert np.bincount(more.y_val).tolist() == [40] * 4
    assert len(more.y_train) + len(more.y_val) == len(data.y_train) + len(data.y_val)


def test_every_second_class_becomes_rare(data):
    spoiled = planted(data, asked(flaw="imbalance", flaw_percent=90.0))
    assert np.bincount(spoiled.y_train).tolist() == [100, 10, 100, 10]


def test_doubtful_labels_go_and_right_ones_stay(data):
    settings = {"flaw": "label_noise", "flaw_percent": 30.0, "repair": "drop_doubtful_labels"}
    spoiled = planted(data, asked(**settings))
    mended = spoiled_and_mended(data, asked(**settings))
    truth = dict(zip(map(np.ndarray.tobytes, data.x_train), data.y_train, strict=True))
    kept = zip(map(np.ndarray.tobytes, mended.x_train), mended.y_train, strict=True)
    right = [truth[picture] == label for picture, label in kept]
    assert np.mean(right) > 0.97
    assert len(right) > 0.95 * (spoiled.y_train == data.y_train).sum()


def test_nothing_asked_is_nothing_done(data):
    assert spoiled_and_mended(data, asked()) is data
    assert {"none"} <= set(REPAIRS.names()) & set(FLAWS.names())
