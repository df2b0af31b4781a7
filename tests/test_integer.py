"""The integer operations: LiteRT's own answers within one step, and memory that is never torn."""

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from cnnlab import integer
from cnnlab.errors import LabError
from cnnlab.integer import _fixed, _planning
from tests import integer_networks, small_tflite


@pytest.fixture(scope="module", params=["every_layer", "swishes"])
def made(request):
    """A file in int8 and pictures."""
    keras.utils.set_random_seed(3)
    return integer_networks.in_int8(getattr(integer_networks, request.param)())


def opened(file: bytes) -> Interpreter:
    """LiteRT without its fast kernels, which round otherwise, and with every value kept."""
    interpreter = Interpreter(
        model_content=file,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    return interpreter


def test_each_operation_is_within_one_step_of_litert(made):
    file, pictures = made
    network, interpreter = integer.one_for_one(file), opened(file)
    entry = interpreter.get_input_details()[0]["index"]
    assert len(network.operations) > 10
    otherwise = []
    for picture in pictures[:8]:
        interpreter.set_tensor(entry, picture[None].astype("float32") / 255)
        interpreter.invoke()
        seen = {network.entry: interpreter.get_tensor(network.entry)}
        np.testing.assert_array_equal(seen[network.entry][0], network.pixels[picture])
        for operation in network.operations:
            # Each from what LiteRT itself handed on, so that nothing adds up.
            mine = integer.answer_of(operation, [seen[i] for i in operation.inputs], network)
            theirs = interpreter.get_tensor(operation.output).reshape(mine.shape)
            apart = np.abs(mine.astype(int) - theirs)
            assert apart.max() <= 1, operation
            otherwise.append(apart.ravel() > 0)
            seen[operation.output] = theirs
    assert np.concatenate(otherwise).mean() < 0.005


def test_the_whole_network_names_what_litert_names(made):
    file, pictures = made
    network, interpreter = integer.network(file), opened(file)
    shares = integer.probabilities(network, pictures)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=0.02)
    for picture, answer in zip(pictures, shares, strict=True):
        interpreter.set_tensor(
            interpreter.get_input_details()[0]["index"], picture[None].astype("float32") / 255
        )
        interpreter.invoke()
        theirs = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0]
        np.testing.assert_allclose(answer, theirs, atol=0.04)


def test_no_step_asks_for_a_shape(made):
    """TensorFlow Lite Micro would need an operation more for each."""
    kinds = {step["op_name"] for step in opened(made[0])._get_ops_details()}
    assert "CONV_2D" in kinds
    assert not kinds & {"SHAPE", "STRIDED_SLICE", "PACK", "GATHER", "FILL", "BROADCAST_TO"}


def test_joined_operations_answer_alike(made):
    file, pictures = made
    one, joined = integer.one_for_one(file), integer.network(file)
    assert len(joined.operations) < len(one.operations)
    np.testing.assert_array_equal(integer.run(one, pictures), integer.run(joined, pictures))
    assert joined.macs == one.macs


def test_a_swish_becomes_a_table_of_the_convolution():
    keras.utils.set_random_seed(3)
    file, _ = integer_networks.in_int8(integer_networks.swishes())
    operations = integer.network(file).operations
    assert not any(isinstance(op, integer.Multiply | integer.Lookup) for op in operations)
    assert (
        sum(isinstance(op, integer.Convolution) and op.table is not None for op in operations) == 3
    )


def test_values_needed_at_once_never_tear_each_other(made):
    """Memory is played through, number by number in the order the C code writes them."""
    network = integer.network(made[0])
    plan = integer.plan(network)
    values = integer.trace(network, network.pixels[made[1][:1]])
    memory = np.zeros(plan.ram_bytes, np.int8)
    write(memory, plan, network.entry, values)
    for operation in network.operations:
        for number in operation.inputs:
            kept = memory[plan.offsets[number] :][: values[number].size]
            np.testing.assert_array_equal(kept, values[number].ravel(), err_msg=operation.name)
        write(memory, plan, operation.output, values)


def write(memory, plan, number, values):
    flat = values[number].ravel()
    memory[plan.offsets[number] :][: len(flat)] = flat


@pytest.mark.parametrize("kernel", [1, 2, 3, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("channels", [(1, 1), (2, 5), (6, 2)])
def test_rows_are_read_before_they_are_written_over(kernel, stride, padding, channels):
    side = 9
    rows = (side + 2 * padding - kernel) // stride + 1
    tensors = {
        0: integer.Tensor((side, side, channels[0])),
        1: integer.Tensor((rows, rows, channels[1])),
    }
    pool = integer.Pool(
        name="pool",
        inputs=(0,),
        output=1,
        largest=True,
        size=(kernel, kernel),
        stride=(stride, stride),
        padding=(padding, padding),
    )
    network = integer.Network(tensors, (pool,), 0, 1)
    found = _planning._rows(pool, network)
    if rows == 1:
        assert found is None
        return
    below, above = found
    row, made = side * channels[0], rows * channels[1]
    for y in range(rows):
        read = list(range(y * stride - padding, y * stride - padding + kernel))
        read = [r for r in read if 0 <= r < side]
        later = range(min([y * stride - padding, side]), side)
        # Downward: nothing of rows still to be read is below the end of what was written.
        assert all((y + 1) * made - below <= max(0, r) * row for r in [*read, *later] if r >= 0)
        # Upward: nothing of rows still to be read is above the start of what is written.
        assert all(y * made + above >= (r + 1) * row for r in range(max(read, default=-1) + 1))


def test_the_plan_needs_less_than_each_map_in_a_place_of_its_own(made):
    network = integer.network(made[0])
    everything = sum(tensor.size for tensor in network.tensors.values())
    largest = max(network.tensors[op.output].size for op in network.operations)
    assert largest <= integer.plan(network).ram_bytes < everything / 2
    assert integer.plan(network) == integer.plan(network)


def test_sizes_are_known_without_quantizing(tiny_run):
    file = tiny_run.tflite_file.read_bytes()
    with pytest.raises(LabError, match="quantize the run by full int8"):
        integer.network(file)
    network = integer.sized(file)
    # Conv 6 of 5x5x1, 16 of 5x5x6, dense 400-120-84-10, at so many places.
    assert network.macs == 28 * 28 * 150 + 100 * 2400 + 400 * 120 + 120 * 84 + 84 * 10
    assert 61_706 < network.constant_bytes < 67_000
    # The picture and what is pooled of the first map; the map itself is never kept.
    assert integer.plan(network).ram_bytes <= 28 * 28 + 14 * 14 * 6


def test_a_layer_without_an_integer_version_is_named():
    image = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(4, 3, name="seeing")(image)
    x = keras.layers.LayerNormalization(name="normalizing")(x)
    x = keras.layers.Flatten()(x)
    model = keras.Model(image, keras.layers.Dense(3, activation="softmax")(x))
    file, _ = integer_networks.in_int8(model)
    with pytest.raises(LabError, match=r"at '.*normalizing.*compact_mnist"):
        integer.network(file)


@pytest.mark.parametrize("cut", [0, 3, 40])
def test_a_damaged_file_is_said_to_be_damaged(cut):
    file = small_tflite.tflite(np.zeros((3, 16)), np.zeros(3), (4, 4, 1))
    with pytest.raises(LabError, match="damaged"):
        integer.sized(file[:cut])


def test_factors_are_real_numbers_to_31_bits():
    for real in (1e-6, 0.0123, 0.5, 0.99999999999, 1.0, 3.7, 200.0):
        whole, shift = _fixed.factor(real)
        assert whole * 2.0 ** (shift - 31) == pytest.approx(real, rel=1e-9)
        assert 1 << 30 <= whole < 1 << 31
    assert _fixed.factor(0.0) == (0, 0)


def test_halves_go_away_from_zero():
    np.testing.assert_array_equal(
        _fixed.halved(np.array([5, 6, 7, -5, -6, -7]), np.array(2)), [1, 2, 2, -1, -2, -2]
    )
    np.testing.assert_array_equal(_fixed.divided(np.array([5, -5, 4, 0]), 2), [3, -3, 2, 0])
    np.testing.assert_array_equal(_fixed.nearest(np.array([0.5, -0.5, 1.4])), [1, -1, 1])
