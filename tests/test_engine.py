"""The engine process: answers, mendable errors, and life after death."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from loky import ProcessPoolExecutor

from cnnlab import engine, paths
from cnnlab.errors import LabError


@pytest.fixture(autouse=True)
def _without_keras(monkeypatch):
    """Engines that start in a second; ended with each test."""
    environment = engine._environment()
    monkeypatch.setattr(
        engine, "_new_pool", lambda: ProcessPoolExecutor(1, timeout=None, env=environment)
    )
    yield
    engine.stop()


def test_one_other_process_answers_all():
    first = engine.call("cnnlab.engine:pid")
    assert first != os.getpid()
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(lambda _: engine.call("cnnlab.engine:pid"), range(12))) == {first}


def test_what_the_reader_can_mend_arrives_as_it_was():
    with pytest.raises(LabError, match="There is no run 'nowhere'"):
        engine.call("cnnlab.runs:find", "nowhere")
    with pytest.raises(ValueError, match="invalid literal"):
        engine.call("builtins:int", "x")


def test_a_killed_engine_is_replaced_unnoticed():
    first = engine.call("cnnlab.engine:pid")
    os.kill(first, signal.SIGKILL)
    assert engine.call("cnnlab.engine:pid") != first


def test_an_engine_that_dies_of_the_question_says_so():
    with pytest.raises(LabError, match="died twice on this"):
        engine.call("os:_exit", 3)
    assert engine.call("cnnlab.engine:pid")


def test_a_question_that_takes_too_long_costs_the_others_nothing():
    engine.call("cnnlab.engine:pid")
    refused = []

    def too_long():
        with pytest.raises(LabError, match="took longer than 1 s") as refusal:
            engine.call("time:sleep", 300, timeout_s=1)
        refused.append(refusal)

    slow = threading.Thread(target=too_long)
    slow.start()
    time.sleep(0.2)
    with ThreadPoolExecutor(5) as pool:
        answers = set(pool.map(lambda _: engine.call("cnnlab.engine:pid"), range(5)))
    slow.join()
    assert refused
    assert len(answers) == 1  # one fresh engine, not one for each of them


def test_stopping_twice_is_fine_and_the_next_question_starts_anew():
    engine.start()
    engine.stop()
    engine.stop()
    assert engine.call("cnnlab.engine:pid")


@pytest.mark.parametrize(
    "question",
    [
        "lab.layer_table('lenet5').totals.params, engine.call('cnnlab.engine:pid')",
        "engine.start() or 61_706, next(iter(engine._pool._processes))",  # Keras not yet loaded
    ],
)
def test_the_engine_leaves_when_its_server_is_killed(question):
    """The real one, Keras and all."""
    program = (
        "import os, signal\nfrom cnnlab import engine, lab\n"
        "if __name__ == '__main__':\n"
        f"    print(*({question}), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    server = subprocess.run(
        [sys.executable, "-c", program], cwd=paths.ROOT, stdout=subprocess.PIPE, check=False
    )
    params, pid = map(int, server.stdout.split())
    assert params == 61_706
    deadline = time.monotonic() + 60
    while _alive(pid):
        assert time.monotonic() < deadline, "the engine outlived its server"
        time.sleep(0.1)


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
