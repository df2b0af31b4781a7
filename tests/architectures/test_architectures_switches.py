"""The switches rewrite lists of parts; nothing is built here but the last few."""

import dataclasses
from typing import get_type_hints

import numpy as np
import pytest

from cnnlab import architectures
from cnnlab.architectures._parts import Conv, Dense, Drop, Head, Norm, Pool, named, scores
from cnnlab.architectures._switches import Switches, SwitchValues, deepen, downsample
from cnnlab.errors import LabError

PARTS = named([Conv(32, 4), Pool(2), Norm(), Pool(2), Conv(16, 2, 2), Head(), *scores(10)])


def layer_names(name, **knobs):
    return [layer.name for layer in architectures.build(name, knobs=knobs).layers]


def convs(parts):
    return [part for part in parts if isinstance(part, Conv)]


def test_defaults_leave_every_part_alone():
    assert [Switches().tune(part) for part in PARTS] == PARTS


def test_networks_may_hand_on_every_switch():
    fields = {field.name: field.type for field in dataclasses.fields(Switches)}
    assert get_type_hints(SwitchValues) == fields


def test_stride_takes_the_place_of_the_pools_behind_a_convolution():
    parts = downsample(PARTS, "stride")
    assert [conv.stride for conv in convs(parts)] == [4, 2]
    assert not any(isinstance(part, Pool) for part in parts)


def test_pooling_takes_the_place_of_strides():
    parts = downsample(PARTS, "average pooling")
    pools = [part for part in parts if isinstance(part, Pool)]
    assert [conv.stride for conv in convs(parts)] == [1, 1]
    assert [(pool.how, pool.size) for pool in pools] == [("average", 2)] * 3


def test_a_pool_with_no_convolution_before_it_cannot_become_a_stride():
    with pytest.raises(LabError, match="pool1 has no convolution before it"):
        downsample(named([Pool(2), Head(), *scores(10)]), "stride")


def test_depth_repeats_convolutions_that_keep_their_size_but_never_the_class_scores():
    parts = deepen(PARTS, 3)
    assert [conv.name for conv in convs(parts)][:3] == ["conv1", "conv1_deeper2", "conv1_deeper3"]
    assert {c.padding for c in convs(parts) if "deeper" in c.name} == {"same"}
    assert sum(isinstance(part, Dense) for part in parts) == 1


def test_depth_repeats_dense_layers_where_there_is_no_convolution():
    parts = deepen(named([Head(), Dense(8), *scores(10)]), 2)
    assert sum(isinstance(part, Dense) for part in parts) == 3


def test_width_scales_filters_but_not_the_classes():
    tuned = [Switches(width=0.5).tune(part) for part in PARTS]
    assert [conv.filters for conv in convs(tuned)] == [16, 8]
    assert next(part for part in tuned if isinstance(part, Dense)).units == 10


def test_kernel_size_leaves_1x1_convolutions_alone():
    tuned = [Switches(kernel_size=5).tune(part) for part in (Conv(8, 3), Conv(8, 1))]
    assert [conv.kernel for conv in tuned] == [5, 1]


def test_normalization_replaces_the_sources_own():
    tuned = [Switches(normalization="layer").tune(part) for part in PARTS]
    assert None in tuned
    assert {conv.normalization for conv in convs(tuned)} == {"layer"}


def test_dropout_sets_every_rate_and_zero_removes_the_layers():
    assert Switches(dropout=0.3).tune(Drop(0.5)).rate == 0.3
    names = [
        layer.name for layer in architectures.build("irtza_teacher", knobs={"dropout": 0.0}).layers
    ]
    assert not any("dropout" in name for name in names)
    names = [layer.name for layer in architectures.build("lenet5", knobs={"dropout": 0.5}).layers]
    assert "dropout" in names


def test_a_layer_without_activation_stays_without():
    model = architectures.build("shathenet_v1_1", (96, 96, 3), knobs={"activation": "elu"})
    bends = {
        layer.name: layer.activation.__name__ for layer in model.layers if "conv" in layer.name
    }
    assert bends["conv1"] == "elu"
    assert bends["conv2"] == "linear"


def test_global_average_pooling_saves_most_of_the_weights():
    model = architectures.build("lenet5", knobs={"head": "global average pooling"})
    assert model.get_layer("hidden1").kernel.shape == (16, 120)


def test_global_depthwise_gives_every_position_of_every_map_a_weight():
    model = architectures.build("lenet5", knobs={"head": "global depthwise"})
    layer = model.get_layer("global_depthwise")
    assert layer.kernel.shape == (5, 5, 16, 1)
    assert model.get_layer("hidden1").kernel.shape == (16, 120)
    maps = np.random.default_rng(0).random((2, 5, 5, 16)).astype("float32")
    expected = np.einsum("nhwc,hwc->nc", maps, np.asarray(layer.kernel)[..., 0])
    np.testing.assert_allclose(np.asarray(layer(maps))[:, 0, 0], expected, rtol=1e-4, atol=1e-5)


def test_an_input_too_small_is_explained_under_a_global_depthwise_head():
    with pytest.raises(LabError, match=r"layer pool4 .* the smallest input that fits is 8x8"):
        architectures.build("compact_mnist", (4, 4, 1))
    assert architectures.build("compact_mnist", (8, 8, 1)).output_shape == (None, 10)


def test_normalization_stands_before_or_behind_the_activation():
    def order(how):
        return [n for n in layer_names("lenet5", normalization=how) if n.startswith("conv1")]

    assert order("batch") == ["conv1", "conv1_norm", "conv1_tanh"]
    assert order("batch after activation") == ["conv1", "conv1_norm"]


def test_l2_and_initializer_reach_every_kernel():
    model = architectures.build("lenet5", knobs={"l2": 0.01, "initializer": "he_normal"})
    for name in ("conv1", "conv2", "hidden1", "hidden2", "classes"):
        layer = model.get_layer(name)
        assert float(layer.kernel_regularizer.l2) == pytest.approx(0.01)
        assert type(layer.kernel_initializer).__name__ == "HeNormal"
