"""What the browser is given to slide a convolution by itself is the layer's own arithmetic."""

import keras
import numpy as np
import pytest

from cnnlab.visualization._opened import open_model
from cnnlab.visualization.arithmetic.explanation import Explanation, explain
from pages.parts.inside.slow_motion import _film

PICTURE = np.random.default_rng(3).random((12, 11, 1)).astype("float32")


@pytest.fixture(scope="module")
def opened():
    """Strides, padding and dilation, and a layer behind them that has no window to slide."""
    image = keras.Input((12, 11, 1))
    x = keras.layers.Conv2D(2, (3, 2), strides=2, padding="same", name="strided")(image)
    x = keras.layers.Conv2D(3, 3, dilation_rate=2, padding="same", name="dilated")(x)
    x = keras.layers.MaxPooling2D(name="pool")(x)
    x = keras.layers.Dense(2, name="scores")(keras.layers.Flatten()(x))
    return open_model(keras.Model(image, x))


def under_the_window(film: dict, row: int, column: int) -> float:
    """As slow_motion.js adds it up."""
    top = row * film["stride"][0] - film["before"][0]
    left = column * film["stride"][1] - film["before"][1]
    given, total = np.array(film["given"]), 0.0
    for i, weights in enumerate(film["kernel"]):
        for j, weight in enumerate(weights):
            y, x = top + i * film["dilation"][0], left + j * film["dilation"][1]
            inside = 0 <= y < given.shape[0] and 0 <= x < given.shape[1]
            total += weight * given[y, x] if inside else 0.0
    return total


@pytest.mark.parametrize("layer", ["strided", "dilated"])
def test_at_every_place_the_sum_is_the_layers(opened, layer):
    rows, columns, _ = opened.shape_of(opened.index(layer))
    film = _film(explain(opened, PICTURE, layer, (2, 3, 1)))
    assert (len(film["made"]), len(film["made"][0])) == (rows, columns)
    seen = 0
    for row in range(rows):
        for column in range(columns):
            here: Explanation = explain(opened, PICTURE, layer, (row, column, 1))
            shares = {s.channel: s.total for s in here.stages[0].steps[0].shares}
            own = int(film["reads"].split()[1])
            assert under_the_window(film, row, column) == pytest.approx(shares[own], abs=1e-5)
            assert film["made"][row][column] == pytest.approx(here.value, abs=1e-6)
            seen += 1
    assert seen == rows * columns


def test_what_has_no_window_does_not_slide(opened):
    assert _film(explain(opened, PICTURE, "scores", (1,))) is None
    assert _film(explain(opened, PICTURE, "pool", (0, 0, 0))) is None
