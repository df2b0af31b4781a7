"""Kernels from a run's snapshots: the right ones at the right moment, or why there are none."""

import numpy as np
import pytest

from cnnlab import evaluation, runs
from cnnlab.errors import LabError
from cnnlab.visualization.features import kernels
from tests.records import config


def test_layers_and_moments_of_a_trained_run(tiny_run):
    assert kernels.moments(tiny_run) == ["initial", "1", "2", "3", "final"]
    assert kernels.layers(tiny_run) == ["conv1", "conv2"]


def test_the_final_kernels_are_the_models_own(tiny_run):
    model = evaluation.load_model(tiny_run)
    for layer in kernels.layers(tiny_run):
        found = kernels.read(tiny_run, layer)
        np.testing.assert_array_equal(found.values, np.asarray(model.get_layer(layer).kernel))
        assert found.filters == found.values.shape[3]
        assert found.moment == "final"


def test_training_moved_them(tiny_run):
    first, last = (kernels.read(tiny_run, "conv1", moment).values for moment in ("initial", "3"))
    assert first.shape == last.shape == (5, 5, 1, 6)
    assert not np.array_equal(first, last)


@pytest.mark.parametrize(
    ("layer", "moment", "words"),
    [
        ("conv9", "final", "no convolution layer 'conv9'; it has: conv1, conv2"),
        ("conv1", "77", "no kernels at '77'"),
        ("conv1", "../config", "no kernels at"),
        ("conv1", "", "no kernels at"),
    ],
)
def test_what_is_not_there_is_named(tiny_run, layer, moment, words):
    with pytest.raises(LabError, match=words):
        kernels.read(tiny_run, layer, moment)


def test_a_run_that_has_not_begun_says_so():
    run = runs.create(config())
    for question in (kernels.layers, lambda r: kernels.read(r, "conv1")):
        with pytest.raises(LabError, match="wait for its training to begin"):
            question(run)


def test_a_network_without_convolutions_says_so(tiny_run):
    for file in tiny_run.snapshots_dir.iterdir():
        np.savez(file)
    with pytest.raises(LabError, match="no convolution layer"):
        kernels.layers(tiny_run)


def test_half_written_files_are_no_moments(tiny_run):
    (tiny_run.snapshots_dir / ".00002-x1y2.npz").write_bytes(b"half")
    (tiny_run.snapshots_dir / "notes.txt").write_text("mine")
    assert kernels.moments(tiny_run) == ["initial", "1", "2", "3", "final"]


@pytest.mark.parametrize("damage", ["cut", "noise", "empty", "bit"])
def test_a_damaged_snapshot_is_one_sentence(tiny_run, damage):
    file = tiny_run.snapshots_dir / "final.npz"
    whole = file.read_bytes()
    flipped = whole[:300] + bytes([whole[300] ^ 255]) + whole[301:]
    broken = {"cut": whole[: len(whole) // 2], "noise": b"noise" * 99, "empty": b"", "bit": flipped}
    file.write_bytes(broken[damage])
    with pytest.raises(LabError, match="cannot be read") as refusal:
        kernels.read(tiny_run, "conv1")
    assert "\n" not in str(refusal.value)
