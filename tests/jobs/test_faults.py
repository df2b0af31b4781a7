"""A store full of trainings that are killed, starved of disk, cut, moved: nothing lost, no lies."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from cnnlab import jobs, paths, recipe, runs
from cnnlab.runs import Run
from tests.jobs.waiters import wait_until

EPOCHS = 8
# The worker as it is, with a training that only writes: the same files in the same order.
WORKER = """
import os, resource, sys, time, types
from pathlib import Path
from cnnlab import schema
from cnnlab.jobs import __main__ as worker
from cnnlab.schema import HistoryRow, Metrics

def work(run, report):
    rows = run.history  # whole rows only, as a resumed training keeps them
    schema.write_history(run.path / "history.csv", rows)
    for epoch in range(len(rows), run.config.recipe.epochs):
        row = HistoryRow(epoch + 1, 0.5, 0.5, 0.5, 0.5, 0.1, 1.0, 1.0)
        schema.append_history(run.path / "history.csv", row)
        with schema.replacing(run.checkpoint_file) as temporary:
            temporary.write_bytes(b"x" * 4000)
        report(phase="training", epoch=epoch + 1)
        time.sleep(0.02)
    schema.write(run.path / "metrics.json", Metrics(epochs_run=len(run.history)))
    report(state="done", phase="", epoch=len(run.history))

sys.modules["cnnlab.jobs.worker"] = types.SimpleNamespace(work=work)
worker._load_keras = lambda: None
worker.make_way = lambda: None
if sys.argv[2] != "0":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
worker.main([sys.argv[1]])
"""


class Light:
    """Starts light workers; `most_bytes` is how large a file they may write, 0 any size."""

    def __init__(self) -> None:
        self.most_bytes = 0
        self.processes: dict[Run, subprocess.Popen] = {}

    def start(self, run: Run, lock: int) -> None:
        environment = {"PYTHONPATH": str(paths.ROOT), jobs.LOCK_VARIABLE: str(lock)}
        with (run.path / "log.txt").open("ab") as log:
            self.processes[run] = subprocess.Popen(
                [sys.executable, "-c", WORKER, str(run.path), str(self.most_bytes)],
                env={**os.environ, **environment},
                pass_fds=(lock,),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, run: Run) -> None: ...

    def keep_ready(self) -> None: ...

    def end(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait()


@pytest.fixture
def light(monkeypatch):
    made = Light()
    monkeypatch.setattr(jobs, "starter", made)
    monkeypatch.setenv("CNNLAB_SLOTS", "4")
    yield made
    made.end()


def kill(run: Run, chance: random.Random) -> None:
    """As `kill -9`, or the kernel when memory runs out, anywhere in the training."""
    time.sleep(chance.uniform(0, 0.25))
    pid = run.status.pid
    if pid and runs.is_held(run.path):
        os.killpg(pid, signal.SIGKILL)


def cut(run: Run, chance: random.Random) -> None:
    """As a power loss: killed, and the file that was appended to ends anywhere."""
    kill(run, chance)
    wait_until(lambda: not runs.is_held(run.path))
    file = run.path / "history.csv"
    if file.exists() and run.status.state != "done":
        os.truncate(file, chance.randrange(file.stat().st_size + 1))


def move(run: Run, chance: random.Random) -> None:
    """The folder goes to another name while its worker writes."""
    time.sleep(chance.uniform(0, 0.1))
    run.path.rename(run.path.with_name(f"{run.name}-moved"))


def nothing(run: Run, chance: random.Random) -> None: ...


def finished(run: Run) -> bool:
    """Whether it really got to its end."""
    return run.metrics.epochs_run == EPOCHS == len(run.history)


def settle() -> None:
    """Dispatch until nothing waits or works."""

    def still() -> bool:
        jobs.dispatch()
        return not any(run.status.active for run in runs.list_runs())

    wait_until(still)


@pytest.mark.parametrize("seed", [0, 1])
def test_no_run_is_lost_or_mislabeled_and_all_can_be_brought_to_their_end(light, seed):
    chance = random.Random(seed)
    config = recipe.plan("lenet5", "digits", {"epochs": EPOCHS})
    faults = [kill, cut, move, nothing, kill, cut, nothing, move]
    made = [runs.create(config) for _ in faults]
    waiting = dict(zip(made, faults, strict=True))
    while waiting:
        # Every other batch of workers finds the disk full at its checkpoint.
        light.most_bytes = 0 if len(waiting) % 8 else 2000
        started = jobs.dispatch()
        wait_until(
            lambda started=started: all(r.status.pid or not r.status.active for r in started)
        )
        for run in started:
            waiting.pop(run)(run, chance)
    settle()

    names = {run.name.removesuffix("-moved") for run in runs.list_runs(damaged=True)}
    assert names == {run.name for run in made}
    told = [run.status for run in runs.list_runs()]
    for run, status in zip(runs.list_runs(), told, strict=True):
        # Killed between its last figure and its last word it counts as interrupted.
        assert finished(run) or status.state != "done", (run.name, status)
        assert status.state in ("done", "failed", "interrupted"), (run.name, status)
        assert status.message or status.state == "done"
    assert len({status.state for status in told}) > 1  # the faults did strike

    light.most_bytes = 0
    for run in runs.list_runs():
        if run.status.state != "done":
            runs.requeue(run)
    settle()
    assert all(finished(run) and run.status.state == "done" for run in runs.list_runs())
    assert [row.epoch for row in runs.list_runs()[0].history] == list(range(1, EPOCHS + 1))


def test_a_full_disk_is_said_in_a_sentence(light):
    light.most_bytes = 2000
    run = runs.create(recipe.plan("lenet5", "digits", {"epochs": EPOCHS}))
    jobs.dispatch()
    settle()
    assert run.status.state == "failed"
    assert "size limit set for this process" in run.status.message
    assert not list(run.path.glob(".*"))  # no half-written file stays behind


def test_a_killed_server_loses_nobody_and_the_next_takes_over(light):
    """The process that dispatched is gone; its worker trains on, and another starts the rest."""
    config = recipe.plan("lenet5", "digits", {"epochs": EPOCHS})
    first, second = runs.create(config), runs.create(config)
    program = (
        "import os, signal\n"
        "from cnnlab import jobs\n"
        "from tests.jobs.test_faults import Light\n"
        "jobs.starter = Light()\n"
        "assert len(jobs.dispatch()) == 1\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(paths.ROOT), "CNNLAB_SLOTS": "1"}
    ended = subprocess.run([sys.executable, "-c", program], env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert first.status.state == "running"
    assert second.status.state == "queued"
    settle()
    assert finished(first)
    assert finished(second)


def test_a_clock_set_back_confuses_nobody(light, monkeypatch):
    """Times in files are for reading only: states, order and stops do not hang on them."""
    config = recipe.plan("lenet5", "digits", {"epochs": EPOCHS})
    first = runs.create(config)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 10 * 365 * 86400)
    second = runs.create(config)
    assert [waiting.run for waiting in jobs.queue().waiting] == [first, second]
    settle()
    assert all(finished(run) and run.status.state == "done" for run in (first, second))
    for file in (second.path / "status.json", second.path / "config.json"):
        os.utime(file, (0, 0))
    assert second.status.state == "done"
