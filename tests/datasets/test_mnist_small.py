"""The part of MNIST that comes with the lab: what it is cut from, and where it stands in."""

import os
from pathlib import Path

import numpy as np
import pytest

from cnnlab import datasets, evaluation, recipe, runs
from cnnlab.architectures import ARCHITECTURES
from cnnlab.datasets import DATASETS, _small, mnist_small

WHOLE = Path(os.environ.get("CNNLAB_TEST_DATA", "")) / "mnist.npz"


def test_it_is_here_without_anything_being_fetched(folder):
    data = datasets.load("mnist_small")
    assert len(data.y_train) + len(data.y_val) == DATASETS["mnist_small"].train_count == 10_000
    assert len(data.y_test) == DATASETS["mnist_small"].test_count == 2_000
    for labels in (data.y_train, data.y_val, data.y_test):
        assert np.bincount(labels).min() > 0.08 * len(labels)
    assert "CC BY-SA 3.0" in DATASETS["mnist_small"].license
    assert "by-sa/3.0" in (_small.PACKED / "LICENSE").read_text()
    assert mnist_small.FILE.stat().st_size < 1.75e6


def test_no_picture_is_in_two_parts():
    data = datasets.load("mnist_small")
    parts = [{picture.tobytes() for picture in x} for x in (data.x_train, data.x_val, data.x_test)]
    assert not parts[0] & parts[1]
    assert not (parts[0] | parts[1]) & parts[2]


def test_looking_for_it_decodes_nothing(monkeypatch):
    monkeypatch.setattr(np, "load", None)
    assert datasets.available("mnist_small").ready
    assert datasets.stand_in("mnist") == "mnist_small"
    assert recipe.usual_dataset(ARCHITECTURES["lenet5"]) == "mnist_small"


@pytest.mark.skipif(not WHOLE.is_file(), reason="MNIST is not on this machine")
def test_every_part_is_cut_from_the_same_part_of_mnist(monkeypatch, tmp_path):
    made = _small.cut(WHOLE)
    with np.load(mnist_small.FILE) as packed:
        assert {key: packed[key].tobytes() for key in packed} == {
            key: array.tobytes() for key, array in made.items()
        }
    _small.pack(made, tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == mnist_small.FILE.read_bytes()
    monkeypatch.setenv("CNNLAB_DATA", str(WHOLE.parent))
    whole, small = datasets.load("mnist"), datasets.load("mnist_small")
    assert whole.fingerprint == DATASETS["mnist_small"].part_of.fingerprint
    for part in ("x_train", "x_val", "x_test"):
        there = {picture.tobytes() for picture in getattr(whole, part)}
        assert all(picture.tobytes() in there for picture in getattr(small, part))
    assert datasets.stand_in("mnist") == "mnist"


def test_the_part_stands_in_for_the_whole_and_is_named(folder, make):
    assert datasets.stand_in("digits") == "digits"
    assert datasets.stand_in("unknown") == "unknown"
    assert datasets.stand_in("fashion_mnist") == "fashion_mnist"
    assert datasets.share_of("mnist_small", "mnist") == "2,000 of MNIST's 10,000"
    assert datasets.share_of("mnist_small", "mnist_small") == ""
    assert datasets.share_of("mnist", "mnist") == ""
    make.npz(folder / "mnist.npz")
    assert datasets.stand_in("mnist") == "mnist"


def test_a_shipped_run_is_measured_on_the_part_that_is_here():
    run = runs.find("lenet5")
    measured = evaluation.evaluate(run)
    assert (measured.dataset, measured.test_count) == ("mnist_small", 2_000)
    assert abs(measured.accuracy - run.metrics.test_accuracy) < 0.006


def test_networks_for_mnist_get_its_part_in_their_own_size():
    card, small = ARCHITECTURES["lenet5"], DATASETS["mnist_small"]
    assert recipe.own_shape(card, small) == recipe.own_shape(card, DATASETS["mnist"])


def test_debians_fashion_mnist_is_found(folder, make, monkeypatch, tmp_path):
    system = tmp_path / "datasets"
    x, y = make.arrays(40, (28, 28), 10)
    for part, count in (("train", 40), ("t10k", 20)):
        make.idx(system / "fashion-mnist" / f"{part}-images-idx3-ubyte.gz", x[:count])
        make.idx(system / "fashion-mnist" / f"{part}-labels-idx1-ubyte.gz", y[:count])
    assert not datasets.available("fashion_mnist").ready
    monkeypatch.setattr("cnnlab.datasets._find.SYSTEM", system)
    assert datasets.available("fashion_mnist").folder == system
    assert len(datasets.load("fashion_mnist").y_test) == 20
