"""Where zeros are: counts from the kernels, and maps that show them where they lie."""

import keras
import numpy as np
import pytest

from cnnlab.compression.pruning import zeros
from cnnlab.runs import Run
from tests.small_tflite import finished_run


@pytest.fixture
def run(tmp_path):
    """A finished run of a convolution with known zeros and a depthwise one without any."""
    image = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 3, name="conv")(image)
    x = keras.layers.DepthwiseConv2D(3, name="depthwise")(x)
    model = keras.Model(image, keras.layers.Flatten()(x))
    kernel = np.ones((3, 3, 3, 4), "float32")
    kernel[..., 1] = 0
    kernel[0, 0, 0, 2] = 0
    model.get_layer("conv").kernel.assign(kernel)
    model.get_layer("depthwise").kernel.assign(np.ones((3, 3, 4, 1)))
    found = Run(finished_run(tmp_path, "zeros"))
    model.save(found.model_file)
    return found


def test_zeros_are_counted_and_shown_where_they_lie(run):
    conv, depthwise = zeros.zeros(run)
    assert (conv.name, conv.weights, conv.zeros, conv.filters, conv.empty) == (
        "conv",
        108,
        28,
        4,
        1,
    )
    assert conv.share == pytest.approx(28 / 108)
    assert (depthwise.filters, depthwise.zeros, depthwise.empty) == (4, 0, 0)
    rows, columns, _ = conv.picture.shape
    across, down = columns // 4, rows // 27
    pale = (conv.picture == zeros.ZERO).all(axis=-1)
    assert pale[:, across : 2 * across].all()
    assert pale[:down, 2 * across : 3 * across].all()
    assert pale.sum() == 28 * across * down
    assert ((depthwise.picture == zeros.KEPT).all(axis=-1)).all()


def test_a_large_layer_is_shown_in_shares():
    there = np.zeros((1000, 500), bool)
    there[:500] = True
    picture = zeros._map(there)
    assert max(picture.shape[:2]) <= 2 * zeros.SIDE
    assert (picture[0] == zeros.KEPT).all()
    assert (picture[-1] == zeros.ZERO).all()
