"""The queue, with workers that only wait: order, slots, claims, stops, refusals."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from cnnlab import jobs, paths, runs
from cnnlab.errors import LabError
from cnnlab.jobs.launcher import LocalProcesses
from cnnlab.runs import Run
from tests.jobs.waiters import new_run, started, states, wait_until
from tests.records import write_json


def position(run: Run) -> int:
    """Where in the queue the run stands; 0 when it does not wait."""
    waiting = jobs.place(run)
    return waiting.position if waiting else 0


def test_slots_are_filled_oldest_first_and_positions_are_told(waiters, monkeypatch):
    monkeypatch.setenv("CNNLAB_SLOTS", "2")
    queue = [new_run() for _ in range(4)]
    assert [position(run) for run in queue] == [1, 2, 3, 4]
    assert jobs.dispatch() == queue[:2]
    assert jobs.dispatch() == []
    assert states() == ["running", "running", "queued", "queued"]
    assert [position(run) for run in queue] == [0, 0, 1, 2]
    wait_until(lambda: len(started()) == 2)
    runs.request_stop(queue[3])  # leaves the queue without having begun
    runs.request_stop(queue[0])
    wait_until(lambda: queue[0].status.state == "stopped" and not runs.is_held(queue[0].path))
    assert jobs.dispatch() == [queue[2]]
    assert states() == ["stopped", "running", "running", "stopped"]


def test_a_run_taken_up_again_waits_in_its_old_place(waiters, monkeypatch):
    monkeypatch.setenv("CNNLAB_SLOTS", "1")
    first, second = new_run(), new_run()
    runs.request_stop(first)
    runs.requeue(first)
    assert jobs.dispatch() == [first]
    assert second.status.state == "queued"


def test_many_servers_on_one_store_start_a_run_once(waiters, monkeypatch):
    """Four processes dispatch as fast as they can: one worker a run, and no more than slots."""
    monkeypatch.setenv("CNNLAB_SLOTS", "2")
    queue = [new_run() for _ in range(6)]
    program = textwrap.dedent("""
        import sys
        from cnnlab import jobs
        from tests.jobs.waiters import Waiters
        jobs.starter = Waiters()
        sys.stdin.read(1)
        for _ in range(30):
            jobs.dispatch()
    """)
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(paths.ROOT)},
            stdin=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    for server in servers:
        server.stdin.write(b"\n")
        server.stdin.flush()
    assert [server.wait() for server in servers] == [0] * 4
    for server in servers:
        server.stdin.close()
    wait_until(lambda: len(started()) >= 2)
    assert states() == ["running"] * 2 + ["queued"] * 4
    for run in queue:
        runs.request_stop(run)
    wait_until(lambda: states() == ["stopped"] * 6)
    assert sorted(started()) == sorted(run.name for run in queue[:2])


def test_a_worker_that_ignores_its_stop_is_killed(waiters, monkeypatch):
    waiters.manner = "deaf"
    run, other = new_run(), new_run()
    monkeypatch.setenv("CNNLAB_SLOTS", "2")
    jobs.dispatch()
    wait_until(lambda: len(started()) == 2)
    runs.request_stop(run)
    # However the clock was set: the grace counts from when the request was first seen.
    os.utime(run.stop_file, (0, 0))
    monkeypatch.setattr(jobs, "starter", LocalProcesses())
    jobs.dispatch()
    time.sleep(0.3)
    assert run.status.state == "stopping"
    monkeypatch.setattr(jobs, "GRACE_S", 0.0)
    jobs.dispatch()
    wait_until(lambda: run.status.state == "stopped")
    assert other.status.state == "running"


def test_a_process_of_another_machine_is_never_signaled(monkeypatch):
    """Its number means somebody else here; only the stop file reaches it."""
    run = new_run()
    lock = runs.hold(run.path)
    signaled = []
    monkeypatch.setattr(os, "killpg", lambda *what: signaled.append(what))
    monkeypatch.setattr(jobs, "GRACE_S", 0.0)
    for host in ("elsewhere", socket.gethostname()):
        status = {"state": "running", "pid": 4321, "host": host}
        write_json(run.path / "status.json", status)
        runs.request_stop(run)
        jobs.dispatch()
        time.sleep(0.01)
        jobs.dispatch()
        assert bool(signaled) == (host == socket.gethostname())
    assert signaled[0] == (4321, signal.SIGKILL)
    os.close(lock)


def test_damaged_and_vanished_runs_hold_up_nobody(waiters, monkeypatch):
    monkeypatch.setenv("CNNLAB_SLOTS", "4")
    damaged, lost, vanished, sound = (new_run() for _ in range(4))
    (damaged.path / "config.json").write_text("{")
    (lost.path / "status.json").write_text("")
    hold = runs.hold

    def too_late(folder: Path):
        if folder == vanished.path:
            shutil.rmtree(folder)
        return hold(folder)

    monkeypatch.setattr(runs, "hold", too_late)
    assert jobs.dispatch() == [sound]
    assert position(lost) == 0


def test_one_run_that_cannot_start_does_not_block_the_queue(waiters, monkeypatch, capsys):
    monkeypatch.setenv("CNNLAB_SLOTS", "1")
    stuck, sound = new_run(), new_run()
    (stuck.path / "log.txt").mkdir()
    assert jobs.dispatch() == [sound]
    assert stuck.status.state == "queued"
    jobs.dispatch()
    runs.request_stop(sound)
    wait_until(lambda: sound.status.state == "stopped")
    jobs.dispatch()
    assert capsys.readouterr().err.count("could not start") == 1


def test_no_process_to_be_had_leaves_the_run_queued(monkeypatch, capsys):
    run = new_run()

    def refuse(*_, **__):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert jobs.dispatch() == []
    assert run.status.state == "queued"
    assert not runs.is_held(run.path)
    assert "temporarily unavailable" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["two", "-1", "1.5", " "])
def test_odd_slots_are_one_sentence(monkeypatch, word):
    monkeypatch.setenv("CNNLAB_SLOTS", word)
    with pytest.raises(LabError, match="CNNLAB_SLOTS must be a whole number"):
        jobs.dispatch()


def test_usual_slots_are_one_for_two_cores(monkeypatch):
    for cores, slots in ((1, 1), (2, 1), (3, 1), (4, 2), (16, 8), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert jobs.slots() == slots


def test_an_empty_or_missing_store_has_nothing_to_do():
    assert jobs.dispatch() == []
    paths.runs_dir().mkdir(parents=True)
    assert jobs.dispatch() == []


def test_the_clock_survives_what_goes_wrong(monkeypatch, capsys):
    ticks = []

    def dispatch(keep_spare):
        ticks.append(keep_spare)
        raise LabError("odd") if len(ticks) < 3 else OSError(5, "odd disk")

    monkeypatch.setattr(jobs, "dispatch", dispatch)
    monkeypatch.setattr(jobs, "_TICK_S", 0.01)
    with jobs.clock():
        wait_until(lambda: len(ticks) > 5)
        assert any(thread.name == "queue" for thread in threading.enumerate())
    assert not any(thread.name == "queue" for thread in threading.enumerate())
    assert capsys.readouterr().err.splitlines() == [
        "The queue: odd",
        "The queue: [Errno 5] odd disk",
    ]
    assert not any(ticks)  # CNNLAB_SPARE=0


def test_a_store_that_cannot_be_made_is_said_once(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CNNLAB_RUNS", str(tmp_path / "file" / "runs"))
    monkeypatch.setattr(jobs, "_TICK_S", 0.01)
    with jobs.clock():
        time.sleep(0.2)
    assert capsys.readouterr().err.count("not a folder") == 1
