"""What a filter wants: pictures made for it, and test pictures found for it."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab import datasets
from cnnlab.errors import LabError
from cnnlab.visualization import network, samples
from cnnlab.visualization._opened import Opened, open_model, open_run
from cnnlab.visualization.features import patches
from cnnlab.visualization.features.maximization import maximize, maximize_run
from tests.visualization.conftest import little, picture, randomized


@pytest.fixture(scope="module")
def gray() -> Opened:
    """A network for 28x28 gray pictures, some of its ReLUs dead at the start."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 3, activation="relu", name="conv1"),
            layers.MaxPooling2D(name="pool1"),
            layers.Conv2D(8, 3, activation="relu", name="conv2"),
            layers.Flatten(),
            layers.Dense(5, activation="softmax", name="classes"),
        ]
    )
    randomized(model)
    bias = model.get_layer("conv2").bias
    bias.assign([-20.0, *np.zeros(7)])  # silent on every ordinary picture
    kernel = np.asarray(model.get_layer("conv2").kernel).copy()
    kernel[..., 7] = 0
    model.get_layer("conv2").kernel.assign(kernel)
    return open_model(model)


@pytest.mark.parametrize("layer", ["conv1", "pool1", "conv2", "classes"])
def test_the_picture_excites_its_filter_more_than_noise_does(gray, layer):
    count = min(6, gray.shape_of(gray.index(layer))[-1])
    made = maximize(gray, layer, tuple(range(count)))
    assert made.pictures.shape == (count, 28, 28, 1)
    assert (made.pictures >= 0).all()
    assert (made.pictures <= 1).all()
    assert (made.after > made.before).all()


def test_a_filter_silent_on_the_noise_is_moved_all_the_same(gray):
    made = maximize(gray, "conv2", (0,))
    assert made.before[0] < -10
    assert made.after[0] > made.before[0]
    assert made.deaf == ()


def test_a_filter_that_nothing_reaches_is_named(gray):
    assert maximize(gray, "conv2", (6, 7)).deaf == (7,)


def test_color_pictures_and_pictures_made_alone_or_together(gray):
    colored = open_model(little(channels=3))
    both = maximize(colored, "conv2", (1, 4), steps=6)
    alone = maximize(colored, "conv2", (4,), steps=6)
    assert np.allclose(both.pictures[1], alone.pictures[0], atol=1e-3)


def test_another_filter_or_layer_is_refused(gray):
    with pytest.raises(LabError, match="filters 0 to 7"):
        maximize(gray, "conv2", (8,))
    with pytest.raises(LabError, match="has no layer"):
        maximize(gray, "conv5", (0,))


def test_a_page_of_filters_is_kept_and_ends_with_the_layer(tmp_path):
    little().save(tmp_path / "model.keras")
    made = maximize_run(str(tmp_path), "conv2", 4, most=16, steps=2)
    assert made.filters == (4, 5)
    assert maximize_run(str(tmp_path), "conv2", 4, most=16, steps=2) is made


# -- test pictures --


@pytest.fixture(scope="module")
def digits() -> samples.Samples:
    return samples.samples("digits", (28, 28, 1))


def test_samples_are_test_pictures_each_once(digits):
    data = datasets.load("digits", (28, 28, 1))
    assert len(set(digits.places.tolist())) == len(digits.places) == len(data.y_test)
    for i in range(0, len(digits.places), 50):
        assert np.array_equal(digits.pictures[i], data.x_test[digits.places[i]])
        assert digits.classes[i] == data.y_test[digits.places[i]]
    some = samples.samples("digits", (28, 28, 1), 5)
    assert np.array_equal(some.pictures, digits.pictures[:5])
    with pytest.raises(LabError, match="no dataset"):
        samples.samples("nothing", (28, 28, 1))


@pytest.mark.parametrize("layer", ["conv1", "pool1", "conv2", "classes"])
def test_the_nine_best_by_brute_force(gray, digits, layer):
    measured = patches.measure(gray, digits)
    made = gray.outputs(digits.pictures.astype(np.float32) / 255)[gray.index(layer)]
    for own in (1, 4):
        top_patches = patches.top_patches(gray, digits, measured, layer, own)
        highest = made[..., own].reshape(len(made), -1).max(axis=1)
        best = np.sort(highest)[::-1][:9]
        assert np.allclose([patch.value for patch in top_patches.patches], best, rtol=1e-4)
        assert top_patches.layer.strongest[own] == pytest.approx(best[0], rel=1e-4)
        assert top_patches.layer.looked == len(digits.places)


def test_the_patch_is_what_the_filter_saw(gray, digits):
    """All pixels outside the window may change; the filter's value at that place may not."""
    top_patches = patches.top_patches(gray, digits, patches.measure(gray, digits), "conv2", 3)
    for patch in top_patches.patches[:4]:
        rows, columns = patch.window
        other = picture(gray, seed=5)
        inside = np.s_[rows.first : rows.last + 1, columns.first : columns.last + 1]
        other[inside] = patch.picture[inside] / 255
        values = gray.outputs(other[None])[gray.index("conv2")][0, ..., 3]
        assert np.isclose(values, patch.value, rtol=1e-3).any()


def test_a_filter_that_never_fires_is_dead(gray, digits):
    top_patches = patches.top_patches(gray, digits, patches.measure(gray, digits), "conv2", 0)
    assert 0 in top_patches.layer.dead
    assert top_patches.patches[0].value == 0
    negative = patches.top_patches(gray, digits, patches.measure(gray, digits), "classes", 0)
    assert negative.layer.dead == ()


def test_a_runs_patches_are_measured_once(tmp_path, gray, monkeypatch):
    gray.model.save(tmp_path / "model.keras")
    first = patches.top_patches_run(str(tmp_path), "digits", "conv1", 0, 40)
    monkeypatch.setattr(patches, "measure", None)
    again = patches.top_patches_run(str(tmp_path), "digits", "conv2", 99, 40)
    assert len(first.patches) == len(again.patches) == 9
    assert first.layer.looked == 40


def test_a_warmed_network_has_everything_at_hand(tmp_path, gray):
    gray.model.save(tmp_path / "model.keras")
    network.warm(str(tmp_path), "digits")
    opened = open_run(tmp_path)
    assert {"of_score", "patches", "peaks"} <= set(opened.memo)
    lines = network.layers(str(tmp_path))
    assert [line.name for line in lines][:2] == ["conv1", "pool1"]
    assert (lines[0].size, lines[-1].size) == ("26x26, 6 maps", "5 values")
    network.warm(str(tmp_path), "unknown")
