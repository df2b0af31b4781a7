"""The worker: real processes killed, stopped and handed over; and how a failure is told."""

import errno
import gzip
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace

import keras
import numpy as np
import pytest

from cnnlab import jobs, paths, recipe, runs, schema
from cnnlab.errors import LabError
from cnnlab.jobs import __main__ as process
from cnnlab.jobs import niceness, spare, worker
from cnnlab.runs import Run
from tests.records import read_json


def wait_for(run: Run, *wanted: str, seconds: float = 150.0) -> None:
    """Come back when the run is in one of the wanted states."""
    deadline = time.monotonic() + seconds
    while run.status.state not in wanted:
        assert time.monotonic() < deadline, (run.status, run.log())
        time.sleep(0.05)


def wait_until(true, seconds: float = 150.0) -> None:
    """Come back when `true()` is; fail after a long while."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


@pytest.fixture
def ended():
    """Runs whose workers are ended with the test, whatever happened."""
    watched: list[Run] = []
    yield watched
    for run in watched:
        if run.path.is_dir() and runs.is_held(run.path) and run.status.pid:
            os.killpg(run.status.pid, signal.SIGKILL)


def test_killed_and_resumed_is_the_training_nobody_touched(tiny_run, ended):
    """SIGKILL in the second epoch; the resumed process ends with the very same weights."""
    run = runs.create(replace(tiny_run.config, title="killed"))
    ended.append(run)
    assert jobs.dispatch() == [run]
    wait_until(lambda: len(run.history) >= 1 or not run.status.active)
    os.killpg(run.status.pid, signal.SIGKILL)
    wait_for(run, "interrupted")
    assert "resume" in run.status.message
    assert not run.metrics.measured
    runs.requeue(run)
    jobs.dispatch()
    wait_for(run, "done", "failed", "interrupted")
    assert run.status.state == "done", run.log()
    assert [row.val_loss for row in run.history] == [r.val_loss for r in tiny_run.history]
    assert run.metrics.test_accuracy == tiny_run.metrics.test_accuracy
    models = [keras.models.load_model(r.model_file, compile=False) for r in (run, tiny_run)]
    for one, other in zip(*(model.get_weights() for model in models), strict=True):
        np.testing.assert_array_equal(one, other)
    assert not run.checkpoint_file.exists()


def stopped_in_the_middle(run: Run) -> None:
    """A run that just began one long epoch is asked to stop in it, and does."""
    assert os.getpgid(run.status.pid) == run.status.pid
    assert run.status.state == "running", run.log()
    runs.request_stop(run)
    assert run.status.state == "stopping"
    wait_for(run, "stopped", "failed", "interrupted")
    assert run.status.state == "stopped", run.log()
    assert "resume" in run.status.message
    last = run.progress()[-1]
    assert last.batch < last.batches
    assert run.history == ()


@pytest.fixture
def long_run(ended) -> Run:
    """A run with one long epoch."""
    settings = {"epochs": 1, "batch_size": 1}
    run = runs.create(recipe.plan("irtza_teacher", "digits", settings))
    ended.append(run)
    return run


@pytest.fixture
def waiting():
    """The waiting worker, begun already; the same when it is asked for again. It ends here."""
    worker = jobs.starter.spare
    try:
        worker.keep()
        process = worker._process
        worker.keep()
        assert worker._process is process
        yield worker
    finally:
        worker.end()


def test_a_waiting_worker_that_cannot_copy_itself_trains_and_stops(long_run, monkeypatch, request):
    """Handed over by the spare, asked to stop while one long epoch runs."""
    monkeypatch.setattr(spare, "FORKS", False)
    waiting = request.getfixturevalue("waiting")
    process = waiting._process
    assert jobs.dispatch() == [long_run]
    assert waiting._process is None
    wait_until(lambda: long_run.progress() or not long_run.status.active)
    assert long_run.status.pid == process.pid
    stopped_in_the_middle(long_run)


@pytest.mark.skipif(not spare.FORKS, reason="this system cannot copy a loaded TensorFlow")
def test_one_waiting_worker_serves_many_runs_and_outlives_none(long_run, ended, waiting):
    """One run stopped, one killed: the waiting one goes on; it leaves alone, a third trains on."""
    settings = {"epochs": 1, "train_limit": 50}
    made = [runs.create(recipe.plan("tiny_vgg", "digits", settings)) for _ in range(2)]
    ended += made
    process = waiting._process
    assert jobs.dispatch() == [long_run]
    assert waiting._process is process
    wait_until(lambda: long_run.progress() or not long_run.status.active)
    assert long_run.status.pid != process.pid
    stopped_in_the_middle(long_run)
    jobs.dispatch()
    wait_until(lambda: made[0].status.pid)
    os.killpg(made[0].status.pid, signal.SIGKILL)
    wait_for(made[0], "interrupted")
    assert waiting._process is process
    assert process.poll() is None
    jobs.dispatch()
    wait_until(lambda: made[1].status.pid)
    waiting.end()
    wait_for(made[1], "done", "failed", "interrupted")
    assert [run.status.state for run in made] == ["interrupted", "done"], made[1].log()


def test_an_unused_spare_leaves_with_its_server(monkeypatch):
    monkeypatch.setattr(process, "_load_keras", lambda: None)
    server, waiting = socket.socketpair()
    server.close()
    assert process.main([spare.FLAG, str(waiting.detach())]) == 0


def test_a_dead_spare_is_noticed(monkeypatch):
    sleeping = [sys.executable, "-c", "import time; time.sleep(100)"]
    start = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda _, **options: start(sleeping, **options))
    waiting = spare.Spare()
    waiting.keep()
    dead = waiting._process
    dead.kill()
    dead.wait()
    assert not waiting.hand("anywhere", 0, 0)
    waiting.keep()
    assert waiting._process is None  # not again and again
    waiting._rest_until = 0.0
    waiting.keep()
    assert waiting._process.pid != dead.pid
    waiting.end()
    assert waiting._process is None


# -- who goes first --

PRIORITIES = """
import os
from cnnlab.jobs import niceness
print(niceness.session_nice())
niceness.make_way()
print(os.nice(0), niceness.session_nice())
"""


@pytest.fixture
def usual_nice(monkeypatch):
    """Trainings make way as they do where nobody says otherwise."""
    monkeypatch.delenv("CNNLAB_NICE")


@pytest.mark.usefixtures("usual_nice")
@pytest.mark.parametrize("leads", [True, False])
def test_a_worker_makes_way_with_its_whole_session_and_with_no_other(leads):
    """Linux shares the cores between sessions before it looks at `nice`.

    A new session can be in a group where this process is in none, so the worker itself
    says what held before.
    """
    done = subprocess.run(
        [sys.executable, "-c", PRIORITIES],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        start_new_session=leads,
    )
    before, nice, after = done.stdout.split()
    assert int(nice) == os.nice(0) + niceness.NICE, done.stderr
    assert after == (str(niceness.NICE) if leads and before != "None" else before), done.stderr


@pytest.mark.parametrize(("said", "nice"), [("/autogroup-7 nice 4", 4), ("", None), (None, None)])
def test_a_machine_without_session_groups_has_no_session_nice(monkeypatch, tmp_path, said, nice):
    group = tmp_path / "autogroup"
    if said is not None:
        group.write_text(said)
    monkeypatch.setattr(niceness, "GROUP", group)
    assert niceness.session_nice() == nice


def test_a_session_that_cannot_be_lowered_stops_no_training(monkeypatch, tmp_path):
    monkeypatch.setattr(niceness, "GROUP", tmp_path)  # a folder: cannot be written
    monkeypatch.setattr(os, "nice", lambda more: more)
    monkeypatch.setattr(os, "getsid", lambda _: os.getpid())
    niceness.make_way()


@pytest.mark.usefixtures("usual_nice")
def test_how_far_trainings_make_way_is_the_readers_to_set(monkeypatch):
    assert niceness.worker_nice() == niceness.NICE
    for asked in ("0", "19"):
        monkeypatch.setenv("CNNLAB_NICE", asked)
        assert niceness.worker_nice() == int(asked)
    for asked in ("20", "-5", "much"):
        monkeypatch.setenv("CNNLAB_NICE", asked)
        with pytest.raises(LabError, match="CNNLAB_NICE must be"):
            niceness.make_way()


# -- how a failure is told --


@pytest.fixture
def claimed(monkeypatch):
    """A run whose lock this test holds, as its worker would."""
    monkeypatch.setattr(process, "make_way", lambda: None)
    run = runs.create(recipe.plan("lenet5", "digits"))
    lock = runs.hold(run.path)
    yield run
    os.close(lock)


def failing(monkeypatch, error: BaseException) -> None:
    """The training ends in this error."""

    def work(run, report):
        report(phase="training", epoch=0)
        raise error

    monkeypatch.setattr(worker, "work", work)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (LabError("Digits are gone: fetch them."), "Digits are gone: fetch them."),
        (MemoryError(), "not enough memory"),
        (RuntimeError("OOM when allocating tensor\nwith shape"), "not enough memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "quota"),
        (ValueError("odd\nsecond line"), "ValueError: odd"),
        (KeyError(), "KeyError: no message"),
    ],
)
def test_a_failure_is_one_sentence_in_the_status(claimed, monkeypatch, capsys, error, words):
    failing(monkeypatch, error)
    assert process.train(claimed) == 1
    assert claimed.status.state == "failed"
    assert words in claimed.status.message
    assert "\n" not in claimed.status.message
    traced = "Traceback" in capsys.readouterr().err
    assert traced is not isinstance(error, LabError)


def test_a_full_disk_leaves_the_run_failed_and_the_others_unharmed(
    claimed, monkeypatch, tiny_run, capsys
):
    """Every large write fails, half written, as on a disk that just filled up."""
    known = claimed.config
    short = replace(known.recipe, epochs=1, train_limit=50)
    vars(claimed)["config"] = replace(known, recipe=short)
    before = {file: file.read_bytes() for file in tiny_run.path.rglob("*") if file.is_file()}

    def half(file, **arrays):
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", half)
    assert process.train(claimed) == 1
    assert claimed.status.state == "failed"
    assert "is full: free some space" in claimed.status.message
    assert not claimed.metrics.measured
    assert not list(claimed.path.rglob(".*"))
    assert before == {file: file.read_bytes() for file in before}
    assert tiny_run.status.state == "done"


def test_a_disk_too_full_for_the_status_reads_as_interrupted(claimed, monkeypatch, capsys):
    failing(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    report = process.Reporter.__call__

    def full(self, **fields):
        if fields.get("state") == "failed":
            raise OSError(errno.ENOSPC, "No space left on device")
        report(self, **fields)

    monkeypatch.setattr(process.Reporter, "__call__", full)
    with pytest.raises(OSError, match="No space"):
        process.train(claimed)
    monkeypatch.setattr("cnnlab.runs.run.is_held", lambda _: False)  # the process has ended
    assert claimed.status.state == "interrupted"


def test_a_deleted_folder_ends_the_worker_and_stays_deleted(claimed, monkeypatch, capsys):
    def work(run, report):
        shutil.rmtree(run.path)
        report(phase="training", epoch=1)

    monkeypatch.setattr(worker, "work", work)
    assert process.train(claimed) == 1
    assert not claimed.path.exists()
    assert "was deleted while it trained" in capsys.readouterr().out


def test_a_worker_started_by_hand_respects_the_lock_and_finished_runs(
    claimed, tiny_run, capsys, monkeypatch
):
    monkeypatch.delenv(jobs.LOCK_VARIABLE, raising=False)
    for run in (claimed, tiny_run):
        assert process.main([str(run.path)]) == 1
    assert capsys.readouterr().out.count("done, or trained by another process") == 2
    assert tiny_run.history


# -- what a finished run says of itself --


def test_a_finished_run_carries_measured_figures(tiny_run):
    metrics = tiny_run.metrics
    assert metrics.params == metrics.trainable_params == 61_706
    assert metrics.test_count == 359
    low, high = metrics.test_interval
    assert low < metrics.test_accuracy < high
    assert metrics.test_accuracy > 0.6
    assert metrics.epochs_run == len(tiny_run.history) == 3
    assert metrics.train_count == 300
    assert metrics.model_bytes == tiny_run.model_file.stat().st_size
    assert metrics.tflite_bytes == tiny_run.tflite_file.stat().st_size
    assert metrics.gzip_bytes == len(gzip.compress(tiny_run.tflite_file.read_bytes(), 6))
    assert 0 < metrics.latency_ms.p50 <= metrics.latency_ms.p95
    assert metrics.macs > 61_706
    assert metrics.versions["keras"] == keras.__version__
    assert metrics.device
    assert metrics.precision in ("float32", "mixed")
    written = read_json(tiny_run.path / "status.json")
    assert written["host"] == socket.gethostname()
    assert tiny_run.status.state == "done"
    assert not tiny_run.stop_file.exists()
    assert "Traceback" not in tiny_run.log(1000)


def test_an_early_end_is_explained(tiny_run):
    known = tiny_run.config
    longer = replace(known.recipe, epochs=9, patience=2)
    schema.write(tiny_run.path / runs.CONFIG_FILE, replace(known, recipe=longer))
    assert "Stopped early after epoch 3" in worker._reason(tiny_run)
    schema.write(tiny_run.path / runs.CONFIG_FILE, known)
    assert worker._reason(tiny_run) == ""
