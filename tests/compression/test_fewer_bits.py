"""One value in int8 as the reference has it, int8 class by class, and weights in 8 to 2 bits."""

import numpy as np
import pytest

from cnnlab import evaluation, export, integer, paths
from cnnlab.compression import bit_widths, quantized_value
from cnnlab.errors import LabError
from cnnlab.runs import Run


@pytest.mark.parametrize("layer", [0, 1, 4])  # convolutions of LeNet-5, its last dense layer
def test_every_step_of_a_value_leads_to_the_next(tiny_run, layer):
    value = quantized_value.quantized_value(tiny_run, layer, (9, 0, 3), 2)
    network = integer.one_for_one(export.int8_file(tiny_run))
    steps = [op for op in network.operations if isinstance(op, integer.Convolution)]
    assert len(value.layers) == len(steps) == 5
    picture = evaluation.data_of(tiny_run).x_test[2]
    made = integer.trace(network, network.pixels[picture[None]])[steps[layer].output]
    row = min(9, value.shape[0] - 1)
    assert value.answer == made.reshape(value.shape)[row, 0, 3]
    assert value.exact == pytest.approx(value.total * value.factor)
    assert value.factor == pytest.approx(value.scale_in * value.scale_weight / value.scale_out)
    rounded = np.clip(round(value.exact) + value.zero_out, value.low, value.high)
    assert abs(value.answer - rounded) <= 1  # rounded twice
    sizes = [abs(product.value) for product in value.products]
    assert sizes == sorted(sizes, reverse=True)
    if value.count <= quantized_value.SHOWN:
        assert sum(product.value for product in value.products) + value.bias == value.total
    if not value.is_cut and value.real_in_floats is not None and value.low == -128 < value.answer:
        assert abs(value.real - value.real_in_floats) < 10 * value.scale_out


def test_layers_are_called_as_the_network_calls_them(tiny_run):
    value = quantized_value.quantized_value(tiny_run, 0, (0, 0, 0), 0)
    own = {layer.name for layer in evaluation.load_model(tiny_run).layers}
    assert set(value.layers) <= own
    assert value.real_in_floats is not None


def test_int8_is_counted_class_by_class(tiny_run):
    found = quantized_value.int8_figures(tiny_run)
    assert sum(count for _, count, _, _ in found.classes) == found.pictures
    right, kept = (sum(one[place] for one in found.classes) for place in (2, 3))
    assert right - kept == found.lost - found.gained
    assert found.lost + found.gained <= found.pictures - found.alike


@pytest.mark.parametrize("shape", [(3, 3, 4, 6), (5, 5, 8, 1), (20, 10)])
@pytest.mark.parametrize("bits", [8, 4, 2])
def test_weights_of_so_few_bits_take_so_few_values(shape, bits):
    weights = np.random.default_rng(0).normal(size=shape)
    done = bit_widths.on_steps(weights, bits)
    depthwise = len(shape) == 4 and shape[-1] == 1
    by_filter = done[..., 0].reshape(-1, shape[2]) if depthwise else done.reshape(-1, shape[-1])
    assert max(len(np.unique(one.round(9))) for one in by_filter.T) <= 2**bits - 1
    np.testing.assert_allclose(abs(done).max(), abs(weights).max())
    assert not bit_widths.on_steps(np.zeros(shape), bits).any()


def test_fewer_bits_cost_more_and_a_layer_alone_is_judged_alone():
    run = Run(paths.pretrained_dir() / "uno_mnist")
    most, least = (bit_widths.simulated(run, [bits]) for bits in (8, 2))
    assert most.accuracy_before == least.accuracy_before
    assert abs(most.accuracy - most.accuracy_before) <= 0.01
    assert least.accuracy < most.accuracy - 0.05
    assert least.weight_bytes == pytest.approx(most.weight_bytes / 4, rel=0.01)
    assert least.worst.loss == max(one.loss for one in least.layers)
    one = bit_widths.simulated(run, [2, 8])
    assert [layer.bits for layer in one.layers] == [2, *[8] * (len(one.layers) - 1)]
    assert one.layers[0].loss == pytest.approx(least.layers[0].loss, abs=1e-5)


@pytest.mark.parametrize("bits", [[], [1], [8, 9]])
def test_bits_outside_the_range_are_refused(tiny_run, bits):
    with pytest.raises(LabError, match="2 to 8"):
        bit_widths.simulated(tiny_run, bits)
