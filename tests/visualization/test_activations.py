"""Feature maps: the right ones, in the right order, with what there is to say of them."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab.errors import LabError
from cnnlab.visualization._opened import open_model
from cnnlab.visualization.features.activations import all_maps, flow, layer_maps
from tests.visualization.conftest import little, picture


def test_all_layers_from_the_picture_to_the_probabilities(plain):
    image = picture(plain)
    told = all_maps(plain, image, 3, "channel")
    assert [layer.name for layer in told.layers] == [call.name for call in plain.calls]
    assert told.layers[0].reads == ("",)
    assert told.layers[1].reads == ("conv1",)
    assert np.allclose(told.probabilities, plain.probabilities(image[None])[0], atol=1e-6)
    for layer, array in zip(told.layers, plain.activations(image), strict=True):
        assert (layer.low, layer.high) == (array.min(), array.max())
        count = 3 if array.ndim == 3 else array.size
        assert layer.channels == tuple(range(count))
        assert np.array_equal(layer.maps, array[..., :count])


def test_sorted_by_strength(plain):
    image = picture(plain)
    array = plain.activations(image)[plain.index("norm1")]
    told = all_maps(plain, image, 4, "strength").layers[plain.index("norm1")]
    strength = np.abs(array).mean(axis=(0, 1))
    assert list(told.channels) == sorted(range(4), key=lambda c: -strength[c])
    assert np.array_equal(told.maps, array[..., list(told.channels)])
    with pytest.raises(LabError, match="channel or strength"):
        all_maps(plain, image, 4, "beauty")


def test_two_pictures_are_compared_map_by_map(tmp_path, plain):
    plain.model.save(tmp_path / "model.keras")
    one, other = picture(plain), picture(plain, seed=7)
    first = flow(str(tmp_path), one, 3, "strength")
    second = flow(str(tmp_path), other, 3, "strength", one)
    for a, b in zip(first.layers, second.layers, strict=True):
        assert a.channels == b.channels


def test_a_wide_layer_comes_in_parts(tmp_path):
    image = keras.Input((8, 8, 1))
    model = keras.Model(
        image, layers.GlobalMaxPooling2D()(layers.Conv2D(512, 3, name="wide")(image))
    )
    model.save(tmp_path / "model.keras")
    x = np.random.default_rng(0).random((8, 8, 1), np.float32)
    last = layer_maps(str(tmp_path), x, "wide", 448, 64)
    assert last.channels == tuple(range(448, 512))
    assert last.maps.shape == (6, 6, 64)
    assert last.shape == (6, 6, 512)


def test_large_maps_are_thinned_out_in_the_overview_only(tmp_path):
    image = keras.Input((200, 150, 3))
    model = keras.Model(image, layers.GlobalMaxPooling2D()(layers.Conv2D(2, 1, name="c")(image)))
    model.save(tmp_path / "model.keras")
    x = np.random.default_rng(0).random((200, 150, 3), np.float32)
    assert max(flow(str(tmp_path), x).layers[0].maps.shape) <= 64
    assert layer_maps(str(tmp_path), x, "c", 0, 2).maps.shape == (200, 150, 2)


def test_silent_maps_and_twins_are_flagged():
    model = little()
    kernel, bias = model.get_layer("conv2").get_weights()
    kernel[..., 1] = 2 * kernel[..., 4]
    bias[1], bias[4], bias[5] = 0, 0, -1e4
    model.get_layer("conv2").set_weights([kernel, bias])
    opened = open_model(model)
    told = all_maps(opened, picture(opened), 6, "channel").layers[opened.index("conv2")]
    assert told.silent >= 1
    assert told.duplicates[4] == 1
    assert 5 not in told.duplicates
