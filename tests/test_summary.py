"""The layer table against hand counts: small enough to check with pencil and paper."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnlab import architectures, summary
from cnnlab.errors import LabError


def table(*parts, shape=(8, 8, 3)):
    """Rows by layer name of a Sequential model."""
    result = summary.summarize(keras.Sequential([keras.Input(shape), *parts]))
    return {row.name: row for row in result.layers}


@pytest.mark.parametrize("name", ["mnist_approach_1", "resnet8", "mobilenet", "squeezenet_a"])
def test_a_table_made_without_weights_is_that_of_the_built_model(name):
    table = summary.summarize_architecture(name)
    model = architectures.build(name)
    assert table == summary.summarize(model)
    assert table.totals.params == model.count_params()
    assert all(np.isfinite(weight.numpy()).all() for weight in model.weights)  # these are drawn


def test_convolution_by_hand():
    row = table(layers.Conv2D(5, (3, 2), strides=2, name="c"))["c"]
    # Output 3x4: (8-3)/2+1 and (8-2)/2+1. Each value sums 3*2*3 products.
    assert row.output_shape == (3, 4, 5)
    assert (row.params, row.formula) == (95, "3·2·3·5 + 5 = 95")
    assert (row.macs, row.macs_formula) == (3 * 4 * 3 * 2 * 3 * 5, "3·4·3·2·3·5 = 1,080")
    assert row.weight_bytes == 4 * 95
    assert row.activation_bytes == 4 * 60
    assert row.receptive_field == (3, 2)


def test_grouped_and_dilated_convolution_by_hand():
    row = table(layers.Conv2D(4, 3, groups=2, dilation_rate=2, name="c"), shape=(9, 9, 6))["c"]
    assert row.output_shape == (5, 5, 4)
    assert row.macs == 5 * 5 * 3 * 3 * 3 * 4
    assert row.receptive_field == (5, 5)


def test_depthwise_convolution_by_hand():
    row = table(layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2, name="d"))["d"]
    assert (row.params, row.macs) == (3 * 3 * 3 * 2 + 6, 8 * 8 * 3 * 3 * 3 * 2)


def test_separable_convolution_by_hand():
    row = table(layers.SeparableConv2D(16, 3, padding="same", name="s"))["s"]
    assert row.params == 3 * 3 * 3 * 1 + 1 * 1 * 3 * 16 + 16
    assert row.macs == 8 * 8 * (3 * 3 * 3) + 8 * 8 * (3 * 16)


def test_transposed_convolution_multiplies_at_every_input_place():
    row = table(layers.Conv2DTranspose(4, 3, strides=2, padding="same", name="t"))["t"]
    assert row.output_shape == (16, 16, 4)
    assert row.macs == 8 * 8 * 3 * 3 * 3 * 4


def test_dense_by_hand():
    rows = table(layers.Flatten(name="f"), layers.Dense(10, name="d"))
    assert (rows["d"].params, rows["d"].formula) == (1930, "192·10 + 10 = 1,930")
    assert rows["d"].macs == 1920
    assert rows["d"].receptive_field == (8, 8)


@pytest.mark.parametrize(("cell", "gates"), [("GRU", 3), ("LSTM", 4), ("SimpleRNN", 1)])
def test_a_recurrent_layer_multiplies_at_every_step(cell, gates):
    """8 steps of 24 values: each meets what comes in and the 5 values that were remembered."""
    parts = layers.Reshape((8, 24), name="rows"), getattr(layers, cell)(5, name="r")
    row = table(*parts)["r"]
    assert row.macs == 8 * (24 + 5) * gates * 5
    assert row.receptive_field == (8, 8)  # the last step remembers all of them


@pytest.mark.parametrize(
    "layer",
    [layers.MaxPooling2D(2), layers.AveragePooling2D(2), layers.GlobalAveragePooling2D()],
    ids=lambda layer: type(layer).__name__,
)
def test_pooling_has_no_weights_and_no_macs(layer):
    (row,) = table(layer).values()
    assert (row.params, row.macs, row.formula, row.macs_formula) == (0, 0, "", "")


def test_batch_norm_counts_four_numbers_a_channel_two_of_them_trained():
    row = table(layers.BatchNormalization(name="n"))["n"]
    assert (row.params, row.trainable_params, row.macs) == (12, 6, 0)
    assert row.formula == "4·3 = 12"


def test_receptive_field_grows_with_stride():
    rows = table(
        layers.Conv2D(2, 3, name="a"),
        layers.MaxPooling2D(2, name="b"),
        layers.Conv2D(2, 3, name="c"),
        layers.GlobalAveragePooling2D(name="g"),
        shape=(12, 12, 1),
    )
    sizes = [rows[name].receptive_field[0] for name in "abcg"]
    assert sizes == [3, 4, 8, 12]  # 3; 3+1; 4+2*2; 8+(3-1)*2


def test_receptive_field_takes_the_widest_branch():
    image = keras.Input((16, 16, 3))
    narrow = layers.Conv2D(4, 1)(image)
    wide = layers.Conv2D(4, 5, padding="same")(layers.Conv2D(4, (1, 7), padding="same")(image))
    model = keras.Model(image, layers.Concatenate(name="join")([narrow, wide]))
    assert summary.summarize(model).layers[-1].receptive_field == (5, 11)


def test_peak_memory_of_a_chain_is_its_largest_neighboring_pair():
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Conv2D(4, 3), layers.Conv2D(2, 3), layers.Flatten()]
    )
    # Values: 64, 144 (6x6x4), 32 (4x4x2); flatten is a view.
    assert summary.summarize(model).totals.peak_activation_bytes == 4 * (64 + 144)


def test_peak_memory_keeps_a_shortcut_alive():
    image = keras.Input((8, 8, 4))
    x = layers.Conv2D(4, 3, padding="same")(image)
    y = layers.Conv2D(4, 3, padding="same")(x)
    model = keras.Model(image, layers.Add()([image, y]))
    assert summary.summarize(model).totals.peak_activation_bytes == 4 * 3 * 256


def folded(*parts):
    model = keras.Sequential([keras.Input((8, 8, 3)), *parts])
    return summary.summarize(model).totals.params_batchnorm_folded


def test_batch_norm_right_behind_a_convolution_vanishes_into_it():
    assert folded(layers.Conv2D(4, 3), layers.BatchNormalization()) == 3 * 3 * 3 * 4 + 4
    assert (
        folded(layers.Conv2D(4, 3, use_bias=False), layers.BatchNormalization())
        == 3 * 3 * 3 * 4 + 4
    )


def test_batch_norm_elsewhere_leaves_a_factor_and_an_offset():
    assert folded(layers.BatchNormalization()) == 6
    behind_relu = folded(layers.Conv2D(4, 3, activation="relu"), layers.BatchNormalization())
    assert behind_relu == 3 * 3 * 3 * 4 + 4 + 8


def test_file_bytes_follow_the_folded_parameters():
    totals = summary.summarize_architecture("mnist_approach_1").totals
    assert totals.params_batchnorm_folded == 3_418
    assert totals.file_bytes == 4 * 3_418
    offsets = 32 + 16 + 10 + 2 * (32 + 32 + 16)
    assert totals.file_bytes_int8 == (3_418 - offsets) + 4 * offsets


def test_frozen_layers_count_as_not_trainable():
    totals = summary.summarize_architecture("irtza_student").totals
    assert (totals.trainable_params, totals.non_trainable_params) == (55_372, 18_816)


@pytest.mark.parametrize(
    ("name", "shape", "billions"),
    [("inception_v3", (299, 299, 3), 5.7), ("vgg19", (224, 224, 3), 19.6)],
)
def test_well_known_macs(name, shape, billions):
    macs = summary.summarize_architecture(name, shape, 1000).totals.macs
    assert macs / 1e9 == pytest.approx(billions, rel=0.01)


def test_json_has_the_promised_keys_and_nothing_else():
    result = summary.summarize_architecture("lenet5").to_json()
    assert set(result) == {"name", "input_shape", "classes", "layers", "totals"}
    assert set(result["layers"][0]) == {
        "name",
        "type",
        "output_shape",
        "params",
        "macs",
        "weight_bytes",
        "activation_bytes",
        "receptive_field",
    }
    assert set(result["totals"]) == {
        "params",
        "trainable_params",
        "non_trainable_params",
        "params_batchnorm_folded",
        "macs",
        "weight_bytes",
        "peak_activation_bytes",
    }
    assert (result["input_shape"], result["classes"]) == ([28, 28, 1], 10)
    assert result["totals"]["params"] == sum(layer["params"] for layer in result["layers"])


def test_a_reloaded_model_gives_the_same_table(tmp_path):
    model = architectures.build("squeezenet_a")
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert summary.summarize(again) == summary.summarize(model)


def test_models_inside_models_are_laid_open():
    front = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Conv2D(4, 3, name="c"), layers.ReLU(name="r")], name="front"
    )
    image = keras.Input((8, 8, 1))
    x = layers.GlobalMaxPooling2D(name="g")(front(image))
    model = keras.Model(image, layers.Dense(3, name="d")(x))
    rows = summary.summarize(model).layers
    assert [row.name for row in rows] == ["front.c", "front.r", "g", "d"]
    assert rows[2].inputs == ("front.r",)
    assert sum(row.params for row in rows) == model.count_params()


def test_shared_weights_count_once_and_multiply_twice():
    shared = layers.Dense(8, name="shared")
    image = keras.Input((8,))
    model = keras.Model(image, layers.Add()([shared(shared(image)), image]))
    rows = summary.summarize(model).layers
    assert [row.params for row in rows] == [72, 0, 0]
    assert [row.macs for row in rows] == [64, 64, 0]
    assert summary.summarize(model).totals.params == model.count_params()


def test_a_layer_with_weights_of_unknown_use_is_marked():
    image = keras.Input((4, 8))
    model = keras.Model(image, layers.MultiHeadAttention(2, 4)(image, image))
    assert not summary.summarize(model).layers[0].counted


def test_a_model_without_a_fixed_size_is_refused():
    model = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(4, 3)])
    with pytest.raises(LabError, match="no fixed size"):
        summary.summarize(model)


def test_a_subclassed_model_is_refused():
    class Own(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(LabError, match="no fixed layer graph"):
        summary.summarize(Own())


def test_a_sequential_model_equals_its_functional_twin():
    row = layers.Conv2D(4, 3, name="c")
    sequential = keras.Sequential([keras.Input((8, 8, 1)), row], name="m")
    image = keras.Input((8, 8, 1))
    functional = keras.Model(image, layers.Conv2D(4, 3, name="c")(image), name="m")
    assert summary.summarize(sequential) == summary.summarize(functional)
    assert np.asarray(sequential.weights[0]).shape == (3, 3, 1, 4)
