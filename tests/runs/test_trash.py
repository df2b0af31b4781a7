"""Runs deleted at once, and runs put out of sight that come back."""

import os
import time

import pytest

from cnnlab import lab, paths, recipe, runs
from cnnlab.errors import LabError
from cnnlab.runs import trash


@pytest.fixture
def run():
    """A run that waits."""
    return runs.create(recipe.plan("lenet5", "digits"))


def test_a_discarded_run_is_out_of_sight_and_comes_back_whole(run):
    before = (run.path / "config.json").read_bytes()
    runs.discard(run)
    assert runs.list_runs(damaged=True) == []
    with pytest.raises(LabError, match="no run"):
        runs.find(run.name)
    newer = runs.create(recipe.plan("lenet5", "digits"))
    assert newer.name != run.name  # its number is not given again
    assert runs.restore(run.name) == run
    assert (run.path / "config.json").read_bytes() == before
    assert runs.list_runs() == [newer, run]


def test_after_an_hour_it_goes_with_the_next_one(run):
    other = runs.create(recipe.plan("lenet5", "digits"))
    runs.discard(run)
    hidden = next(paths.runs_dir().glob(".deleted-*"))
    old = time.time() - trash.KEPT_S - 1
    os.utime(hidden, (old, old))
    runs.discard(other)
    with pytest.raises(LabError, match="gone for good"):
        runs.restore(run.name)
    assert runs.restore(other.name) == other


@pytest.mark.parametrize("name", ["0404-gone", "../x", ""])
def test_what_was_never_discarded_does_not_come_back(name):
    with pytest.raises(LabError, match="gone for good"):
        runs.restore(name)


def test_what_is_shipped_or_trains_stays(run):
    with pytest.raises(LabError, match="shipped"):
        runs.discard(runs.pretrained()[0])
    lock = runs.hold(run.path)
    with pytest.raises(LabError, match="still training"):
        runs.discard(run)
    os.close(lock)
    assert run.path.is_dir()


def test_disk_use_counts_every_file(run):
    (run.path / "snapshots").mkdir()
    (run.path / "snapshots" / "initial.npz").write_bytes(b"x" * 5000)
    whole = sum(file.stat().st_size for file in run.path.rglob("*") if file.is_file())
    assert lab.disk_use([run.name]) == whole >= 5000
    assert lab.disk_use(["0404-gone"]) == 0
