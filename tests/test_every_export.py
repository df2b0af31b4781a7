"""Every shipped run, in the formats that are written without training pictures."""

from dataclasses import replace

import numpy as np
import pytest

from cnnlab import boards, integer, prediction, runs
from cnnlab.export._c import sources
from cnnlab.export.formats import c
from cnnlab.export.formats.html import ask_html, html

SHIPPED = [run for run in runs.pretrained() if run.tflite_file.is_file()]
SMALL = [run for run in SHIPPED if (run.metrics.params or 0) < 6000]


def name(run) -> str:
    return run.name


@pytest.mark.parametrize("run", SHIPPED, ids=name)
def test_the_page_holds_every_shipped_run(run, tmp_path):
    file = tmp_path / "network.html"
    file.write_bytes(html(run))
    chance = np.random.default_rng(0)
    pictures = chance.integers(0, 256, (2, *run.config.input_shape), np.uint8)
    theirs = prediction.answer_all(run.tflite_file.read_bytes(), pictures)
    np.testing.assert_allclose(ask_html(file, pictures / np.float32(255)), theirs, atol=1e-5)


@pytest.mark.parametrize("run", SHIPPED, ids=name)
def test_every_shipped_run_fits_on_some_board(run):
    needs = boards.needs(run)
    assert any(boards.fit(needs, board).fits for board in boards.BOARDS)


@pytest.mark.parametrize("run", SMALL, ids=name)
def test_the_c_code_of_every_small_shipped_run_does_what_the_reference_does(run):
    # Its structure with random weights: what int8 makes of the real ones takes seconds a run.
    network = randomized(integer.sized(run.tflite_file.read_bytes()))
    try:
        c.check(sources(network, run.name, run.config.labels))
    except FileNotFoundError:
        pytest.skip("needs gcc: .ci/run installs it")


def randomized(network: integer.Network) -> integer.Network:
    """The same operations with weights, biases and factors drawn by lot."""
    chance = np.random.default_rng(1)
    made = []
    for op in network.operations:
        if isinstance(op, integer.Convolution):
            count = len(op.bias)
            op = replace(
                op,
                weights=chance.integers(-127, 128, op.weights.shape).astype(np.int8),
                bias=chance.integers(-500, 500, count).astype(np.int32),
                wholes=chance.integers(1 << 30, (1 << 31) - 1, count).astype(np.int32),
                shifts=chance.integers(-9, -4, count).astype(np.int8),
            )
        if op.table is not None:
            op = replace(op, table=chance.integers(-128, 128, 256).astype(np.int8))
        made.append(op)
    return replace(network, operations=tuple(made))


def test_there_are_runs_to_write():
    assert len(SHIPPED) > 30
    assert len(SMALL) > 10
