"""The folder of runs: numbers, names, order, stop, resume, delete, and what may go wrong."""

import errno
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cnnlab import paths, recipe, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run
from tests.records import config_json, write_json


def new_run(**settings) -> Run:
    """A queued run."""
    return runs.create(recipe.plan("lenet5", "digits", settings))


def say(run: Run, state: str, **fields) -> Run:
    """The run with another state written into its folder."""
    write_json(run.path / "status.json", {"state": state, **fields})
    return run


def test_a_new_run_waits_under_the_next_number():
    first, second = new_run(), new_run()
    assert (first.name, second.name) == ("0001-lenet5-digits", "0002-lenet5-digits")
    assert first.status.state == "queued"
    assert first.config.recipe.epochs == 30
    assert not first.metrics.measured
    assert first.history == ()
    assert runs.list_runs() == [second, first]
    assert runs.find(first.name) == first


def test_the_number_of_a_deleted_run_is_never_given_again():
    new_run()
    runs.delete(new_run())
    assert new_run().name == "0003-lenet5-digits"


def test_many_at_once_get_different_numbers():
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: new_run().name, range(24)))
    assert len(set(made)) == 24
    assert [run.name for run in runs.list_runs()] == sorted(made, reverse=True)


def test_newest_first_also_beyond_number_9999():
    run = new_run()
    for number in ("9999", "10000"):
        shutil.copytree(run.path, run.path.with_name(f"{number}-lenet5-digits"))
    assert [r.name.split("-")[0] for r in runs.list_runs()] == ["10000", "9999", "0001"]
    assert new_run().name.startswith("10001-")


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../0001-lenet5-digits", "0001-lenet5-digits/", "/etc", "~", ".lock"),
        *("0001-lenet5-digits\n", "0001-lenet5-digits\0", "0001 lenet5", "x" * 200, "\uff10001"),
    ],
)
def test_names_that_lead_elsewhere_are_unknown(name):
    new_run()
    with pytest.raises(LabError, match="no run"):
        runs.find(name)


def test_folders_without_a_config_are_no_runs():
    run = new_run()
    (paths.runs_dir() / "0002-half").mkdir()
    (paths.runs_dir() / "notes.txt").write_text("mine")
    assert runs.list_runs() == [run]


def test_a_missing_or_odd_store_is_an_empty_one(monkeypatch, tmp_path):
    assert runs.list_runs() == []
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("CNNLAB_RUNS", str(file))
    assert runs.list_runs() == []
    with pytest.raises(LabError, match=r"not a folder.*CNNLAB_RUNS"):
        new_run()


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", "\0\0\0\0", '{"a": "\ud83d'])
def test_a_damaged_config_takes_down_its_run_only(content):
    sound, damaged = new_run(), new_run()
    (damaged.path / "config.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    assert runs.list_runs() == [sound]
    assert runs.list_runs(damaged=True) == [damaged, sound]
    with pytest.raises(LabError, match=r"config\.json is damaged"):
        _ = Run(damaged.path).config
    runs.delete(Run(damaged.path))
    assert not damaged.path.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", None])
def test_a_lost_status_is_said_and_the_run_can_be_resumed(content):
    run = new_run()
    file = run.path / "status.json"
    file.unlink() if content is None else file.write_text(content)
    assert run.status.state == "failed"
    assert "status.json is missing or damaged" in run.status.message
    runs.requeue(run)
    assert run.status.state == "queued"


def test_an_unknown_state_is_no_success():
    assert say(new_run(), "finished").status.state == "failed"


def test_running_without_a_holder_of_the_lock_is_interrupted():
    run = say(new_run(), "running", epoch=2, phase="training", pid=1)
    assert run.status.state == "interrupted"
    assert "resume" in run.status.message
    assert run.status.phase == ""
    lock = runs.hold(run.path)
    assert (run.status.state, run.status.phase) == ("running", "training")
    run.stop_file.touch()
    assert run.status.state == "stopping"
    os.close(lock)
    assert run.status.state == "stopped"


def test_a_worker_that_ends_between_two_looks_is_believed(monkeypatch):
    run = say(new_run(), "running")

    def ended_meanwhile(_: Path) -> bool:
        say(run, "done")
        return False

    monkeypatch.setattr("cnnlab.runs.run.is_held", ended_meanwhile)
    assert run.status.state == "done"


def test_the_lock_is_held_once_and_by_the_living_only():
    run = new_run()
    assert not runs.is_held(run.path)
    lock = runs.hold(run.path)
    assert runs.is_held(run.path)
    assert runs.hold(run.path) is None
    os.close(lock)
    assert not runs.is_held(run.path)


def test_probing_readers_do_not_keep_a_worker_out():
    run = new_run()
    with ThreadPoolExecutor(4) as pool:
        looks = [pool.submit(lambda: [runs.is_held(run.path) for _ in range(300)]) for _ in "abc"]
        for _ in range(100):
            lock = runs.hold(run.path)
            assert lock is not None
            os.close(lock)
        for look in looks:
            look.result()


def test_stopping_a_queued_run_takes_it_out_of_the_queue():
    run = new_run()
    runs.request_stop(run)
    assert run.status.state == "stopped"
    with pytest.raises(LabError, match="nothing to stop"):
        runs.request_stop(run)
    runs.requeue(run)
    assert run.status.state == "queued"


@pytest.mark.parametrize("state", ["stopped", "failed", "running"])
def test_what_ended_early_can_be_resumed(state):
    run = say(new_run(), state)
    run.stop_file.touch()
    runs.requeue(run)
    assert run.status.state == "queued"
    assert not run.stop_file.exists()


@pytest.mark.parametrize("state", ["queued", "done"])
def test_what_waits_or_is_done_cannot_be_resumed(state):
    with pytest.raises(LabError, match=f"is {state}"):
        runs.requeue(say(new_run(), state))


def test_a_training_run_is_neither_resumed_nor_deleted():
    run = say(new_run(), "stopped")
    lock = runs.hold(run.path)
    for verb, word in ((runs.requeue, "resumed"), (runs.delete, "deleted")):
        with pytest.raises(LabError, match=f"still training: stop it before it is {word}"):
            verb(run)
    os.close(lock)
    assert run.path.is_dir()


def test_deleting_leaves_nothing_and_the_others():
    first, second = new_run(), new_run()
    runs.delete(first)
    assert runs.list_runs() == [second]
    assert not [entry for entry in os.listdir(paths.runs_dir()) if "deleted" in entry]


@pytest.mark.parametrize("verb", [runs.delete, runs.requeue, runs.request_stop])
def test_a_folder_that_vanished_is_one_sentence(verb):
    run = new_run()
    shutil.rmtree(run.path)
    with pytest.raises(runs.Gone, match=r"0001-lenet5-digits is gone"):
        verb(run)
    with pytest.raises(LabError, match="no run"):
        runs.find(run.name)


def test_a_moved_run_goes_on_under_its_new_name():
    run = say(new_run(), "stopped", epoch=3)
    moved = Run(run.path.rename(run.path.with_name("best-so-far")))
    assert runs.list_runs() == [moved]
    assert moved.status.epoch == 3


@pytest.mark.usefixtures("nothing_shipped")
def test_shipped_runs_begin_with_mnist_and_the_smallest():
    for name, dataset, params in (
        ("a", "digits", 10),
        ("b", "mnist", 30),
        ("c", "cifar10", 40),
        ("d", "mnist", 20),
    ):
        folder = paths.pretrained_dir() / name
        folder.mkdir()
        write_json(folder / "config.json", config_json(dataset=dataset))
        write_json(folder / "metrics.json", {"params": params})
    assert [run.name for run in runs.pretrained()] == ["d", "b", "c", "a"]


@pytest.mark.usefixtures("nothing_shipped")
def test_shipped_runs_are_read_only(tiny_run):
    shutil.move(tiny_run.path, paths.pretrained_dir() / "lenet5")
    shipped = runs.find("lenet5")
    assert shipped.read_only
    assert runs.pretrained() == [shipped]
    (shipped.path / "status.json").unlink()  # shipped runs have none
    assert shipped.status.state == "done"
    for verb in (runs.delete, runs.requeue):
        with pytest.raises(LabError, match=r"shipped with the lab.*clone it"):
            verb(shipped)
    with pytest.raises(LabError, match="nothing to stop"):
        runs.request_stop(shipped)


def refusing(number: int):
    """A disk call that always fails with this errno."""

    def refuse(*args, **options):
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "may not be written"),
    ],
)
def test_a_disk_that_refuses_is_one_sentence_and_loses_no_run(monkeypatch, number, words):
    run = say(new_run(), "stopped")
    before = sorted(os.listdir(paths.runs_dir()))
    monkeypatch.setattr(os, "replace", refusing(number))
    for verb in (new_run, lambda: runs.requeue(run)):
        with pytest.raises(LabError, match=words) as refusal:
            verb()
        assert "\n" not in str(refusal.value)
        assert "CNNLAB_RUNS" in str(refusal.value)
    monkeypatch.setattr(Path, "touch", refusing(number))
    monkeypatch.setattr(Path, "rename", refusing(number))
    with pytest.raises(LabError, match=words):
        runs.delete(run)
    with pytest.raises(LabError, match=words):
        runs.request_stop(say_queued(run, monkeypatch))
    assert sorted(os.listdir(paths.runs_dir())) == before


def say_queued(run: Run, monkeypatch) -> Run:
    """The run, queued, written past the refusing disk."""
    (run.path / "status.json").write_text(json.dumps({"state": "queued"}))
    return run


@pytest.mark.parametrize("verb", [runs.delete, runs.requeue])
def test_a_read_only_store_refuses_resume_and_delete_in_one_sentence(monkeypatch, verb):
    run = say(new_run(), "stopped")
    opened = os.open

    def read_only(path, flags, *rest, **options):
        if flags & (os.O_RDWR | os.O_WRONLY):
            raise OSError(errno.EROFS, "Read-only file system")
        return opened(path, flags, *rest, **options)

    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(LabError, match="read-only"):
        verb(run)
    assert run.status.state == "stopped"


def test_five_hundred_runs_are_listed_once_each():
    run = new_run()
    for number in range(2, 501):
        shutil.copytree(run.path, run.path.with_name(f"{number:04d}-lenet5-digits"))
    found = runs.list_runs()
    assert len(found) == len(set(found)) == 500
    assert found[0].name == "0500-lenet5-digits"
