"""What there is to see of a dataset, counted and read back."""

import numpy as np
import pytest

from cnnlab import datasets
from cnnlab.datasets import _duplicates, _overview
from cnnlab.datasets._duplicates import same_pictures
from cnnlab.datasets._neighbors import neighbors
from cnnlab.errors import LabError


@pytest.fixture
def overview(folder):
    _overview.count_overview("digits")
    return datasets.find_overview("digits")


def small(x_train, y_train, x_test=None, y_test=None, labels=("a", "b")):
    """Data of 4x4 pictures, the last training picture being the validation part."""
    x_test = x_train[:0] if x_test is None else x_test
    y_test = y_train[:0] if y_test is None else y_test
    return datasets.Data(
        "small", x_train[:-1], y_train[:-1], x_train[-1:], y_train[-1:], x_test, y_test,
        labels, "small", "",
    )  # fmt: skip


def test_the_overview_counts_what_load_gives(overview):
    data = datasets.load("digits")
    assert overview.fingerprint == data.fingerprint
    for part, y in (("train", data.y_train), ("validation", data.y_val), ("test", data.y_test)):
        assert list(overview.counts[part]) == np.bincount(y).tolist()
    x = data.x_train / 255
    assert overview.channel_mean == pytest.approx([x.mean()], abs=1e-3)
    assert overview.channel_deviation == pytest.approx([x.std()], abs=1e-3)
    assert np.abs(overview.mean[0].astype(float) - data.x_train.mean(axis=0)).max() <= 0.51
    third = data.x_train[data.y_train == 3]
    assert np.abs(overview.mean[4].astype(float) - third.mean(axis=0)).max() <= 0.51
    assert np.abs(overview.deviation[4].astype(float) - third.std(axis=0)).max() <= 0.6
    assert overview.histogram.sum() == data.x_train.size


def test_samples_are_training_pictures_of_their_class(overview):
    data = datasets.load("digits")
    for label in range(10):
        for picture, place in zip(overview.samples[label], overview.places[label], strict=True):
            assert data.y_train[place] == label
            assert np.array_equal(picture, data.x_train[place])


def test_arrays_are_mapped_not_read(overview):
    assert isinstance(overview.samples, np.memmap)


def test_nothing_is_counted_unasked(folder):
    assert datasets.find_overview("digits") is None
    with pytest.raises(LabError, match="not on this machine"):
        datasets.find_overview("mnist")


def test_other_data_under_the_same_name_is_counted_anew(folder, make):
    make.npz(folder / "mnist.npz", train=200)
    _overview.count_overview("mnist")
    assert sum(datasets.find_overview("mnist").counts["test"]) == 20
    make.npz(folder / "mnist.npz", train=200, test=30)
    assert datasets.find_overview("mnist") is None


def test_a_read_only_data_folder_does_not_hinder(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(_overview.tempfile, "gettempdir", lambda: str(tmp_path))
    (folder / "overviews").write_text("in the way")
    _overview.count_overview("digits")
    assert datasets.find_overview("digits") is not None
    assert list(tmp_path.glob("cnnlab-overviews-*"))


def test_counting_in_a_process_of_its_own(folder):
    seen = []
    datasets.run_task("overview", "digits", progress=lambda *now: seen.append(now))
    assert seen[-1] == (4, 4)
    assert datasets.find_overview("digits").labels == tuple("0123456789")


def test_copies_within_and_across_parts_are_found():
    x = np.random.default_rng(0).integers(0, 256, (8, 4, 4, 1), dtype=np.uint8)
    y = np.arange(8) % 2
    x[2] = x[0]  # the same class twice
    x[3] = x[0]  # and once with the other label
    x[7] = x[4]  # the validation picture is also a training picture
    same, pairs = same_pictures(small(x, y, x[[5, 5, 1]].copy(), y[[5, 5, 0]]))
    assert same.within == {"train": 2, "validation": 0, "test": 1}
    assert same.across == {"train-validation": 1, "train-test": 3, "validation-test": 0}
    assert same.contradicting == 3 + 2 + 2
    assert len(pairs) == len(same.shown) == 4
    assert (pairs[:, 0] == pairs[:, 1]).all()
    assert same.shown[-1].startswith("train")
    assert "test" in same.shown[0] or "validation" in same.shown[0]


def test_no_copies_no_pairs():
    x = np.arange(64, dtype=np.uint8).reshape(4, 4, 4, 1)
    same, pairs = same_pictures(small(x, np.array([0, 1, 0, 1])))
    assert pairs.shape == (0, 2, 4, 4, 1)
    assert same.shown == ()
    assert set(same.within) == set(_duplicates.PARTS)


def test_neighbors_know_easy_from_hard():
    rng = np.random.default_rng(0)
    y = np.arange(200) % 2
    patterns = rng.integers(0, 100, (2, 4, 4, 1))
    easy = (patterns[y] + rng.integers(0, 20, (200, 4, 4, 1))).astype(np.uint8)
    found, twins = neighbors(small(easy, y))
    assert found.overall > 0.95
    noise = rng.integers(0, 256, (200, 4, 4, 1), dtype=np.uint8)
    found, twins = neighbors(small(noise, y))
    assert 0.3 < found.overall < 0.7
    assert len(twins) == len(found.shown) > 0
    assert found.confused[0][2] > 0.3
