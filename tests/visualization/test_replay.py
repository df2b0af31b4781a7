"""The replay computes what the network was at a moment, and leaves it as it is."""

import numpy as np
import pytest

from cnnlab import evaluation, runs
from cnnlab.plots import replay as plots
from cnnlab.visualization._opened import open_run
from cnnlab.visualization.features import kernels
from cnnlab.visualization.features.replay import Wanted, replay

PICTURE = np.random.default_rng(4).random((28, 28, 1)).astype("float32")


def test_every_moment_is_the_network_of_then(tiny_run):
    reel = replay(tiny_run.path, PICTURE, Wanted("conv2", channel=1, first=4, most=5))
    assert reel.epochs == (0, 1, 2, 3)
    assert reel.filters == (4, 5, 6, 7, 8)
    model = evaluation.load_model(tiny_run)
    np.testing.assert_allclose(reel.probabilities[-1], model(PICTURE[None])[0], atol=1e-5)
    for frame, moment in enumerate(["initial", "1", "2", "3"]):
        then = kernels.read(tiny_run, "conv2", moment).values[:, :, 1, 4:9]
        np.testing.assert_array_equal(reel.kernels[frame], then.transpose(2, 0, 1))
        if moment == "3":
            continue
        name = moment if moment == "initial" else f"{int(moment):05d}"
        with np.load(tiny_run.weights_dir / f"{name}.npz") as file:
            model.set_weights([file[key].astype("float32") for key in sorted(file.files)])
        np.testing.assert_allclose(reel.probabilities[frame], model(PICTURE[None])[0], atol=1e-5)


def test_the_network_is_as_before_afterwards(tiny_run):
    before = open_run(tiny_run.path).probabilities(PICTURE[None])
    replay(tiny_run.path, PICTURE, Wanted("conv1"))
    np.testing.assert_array_equal(open_run(tiny_run.path).probabilities(PICTURE[None]), before)


def test_moments_without_weights_show_kernels_alone(tiny_run):
    (tiny_run.weights_dir / "00001.npz").unlink()
    (tiny_run.weights_dir / "initial.npz").write_bytes(b"noise")
    reel = replay(tiny_run.path, PICTURE, Wanted("conv1"))
    assert reel.known.tolist() == [False, False, True, True]
    assert np.isnan(reel.maps[0]).all()
    film = plots.film(reel, tiny_run.config.labels, 3, tiny_run.history)
    assert film["known"] == [False, False, True, True]
    assert film["maps"]["count"] == film["kernels"]["count"] == 6


@pytest.mark.usefixtures("nothing_shipped")
def test_large_networks_keep_no_weights(tiny_run, monkeypatch):
    from cnnlab.training.snapshots import save_snapshot

    monkeypatch.setattr("cnnlab.training.snapshots._MOST_WEIGHTS", 1000)
    run = runs.create(tiny_run.config)
    save_snapshot(run, evaluation.load_model(tiny_run), "initial")
    assert run.snapshots_dir.is_dir()
    assert not run.weights_dir.exists()


def test_of_many_classes_the_true_one_and_the_closest_have_bars():
    shares = np.zeros((2, 40), np.float32)
    shares[0, 7], shares[1, 21:30], shares[1, 3] = 0.9, 0.1, np.nan
    assert plots.bars(shares, 35) == [7, *range(21, 29), 35]
