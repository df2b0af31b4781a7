"""The engine: answers, mendable errors, fairness in line, and life after death.

Most tests run its real processes without Keras, which start at once; the questions are small
ones that sleep, die, raise or hang.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from cnnlab import engine, paths
from cnnlab.engine import _fork_server, _queue, _refusals
from cnnlab.engine._fork_server import ProcessDied
from cnnlab.engine.questions import Pid
from cnnlab.errors import LabError
from cnnlab.question import FOREIGN, VIEWS, Question
from tests.engine_questions import (
    Counts,
    Dies,
    DiesOnce,
    EatsMemory,
    HastyPid,
    LightPid,
    Places,
    Punctual,
    Raises,
    Sleeps,
    SleepsLittle,
    Unpicklable,
    Until,
    ViewsPid,
    trace_of,
)


@pytest.fixture(autouse=True)
def _without_keras(monkeypatch):
    """Engines that start at once; ended with each test."""
    monkeypatch.setenv("PYTHONPATH", str(paths.ROOT))
    program = "import sys; from tests.engine_questions import main; main(*sys.argv[1:])"

    def python(pipe, *words):
        return subprocess.Popen(
            [sys.executable, "-c", program, str(pipe.fileno()), *words],
            pass_fds=(pipe.fileno(),),
        )

    monkeypatch.setattr(_fork_server, "_python", python)
    monkeypatch.setattr(engine, "TICK_S", 0.02)
    monkeypatch.setattr(_queue, "LOOK_S", 0.02)
    yield
    engine.stop()


def in_threads(*questions: Question) -> list:
    """Ask all at once; answers or errors, in order."""

    def ask(question):
        try:
            return engine.ask(question)
        except LabError as error:
            return error

    with ThreadPoolExecutor(len(questions)) as pool:
        return list(pool.map(ask, questions))


def in_background(*questions: Question) -> Future:
    """Ask all at once, in a thread of its own."""
    return ThreadPoolExecutor(1).submit(in_threads, *questions)


def waits(condition, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


# -- answers --


def test_one_other_process_answers_all_of_a_lane():
    first = engine.ask(ViewsPid())
    assert first not in (os.getpid(), engine.ask(LightPid()))
    assert set(in_threads(*[ViewsPid() for _ in range(12)])) == {first}


def test_runs_and_data_lie_where_they_lie_for_who_asks(monkeypatch, tmp_path):
    for place in ("here", "there"):
        monkeypatch.setenv("CNNLAB_RUNS", str(tmp_path / place))
        monkeypatch.setenv("CNNLAB_DATA", str(tmp_path / f"{place}-data"))
        assert engine.ask(Places()) == (str(tmp_path / place), str(tmp_path / f"{place}-data"))
    monkeypatch.delenv("CNNLAB_RUNS")
    assert engine.ask(Places())[0] == str(paths.ROOT / "runs")


def test_what_the_reader_can_mend_arrives_as_it_was():
    with pytest.raises(LabError, match=r"^Choose another one\.$"):
        engine.ask(Raises("lab"))


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (Raises("as it is"), ValueError),
        (Raises("odd"), RuntimeError),
        (Raises("exit"), SystemExit),
        (Raises("memory"), LabError),
        (Unpicklable(), TypeError),
    ],
)
def test_no_exception_stops_the_engine(question, error):
    first = engine.ask(ViewsPid())
    with pytest.raises(error) as caught:
        engine.ask(question)
    if error is ValueError:  # where it happened is told, too
        assert "engine_questions.py" in caught.value.__notes__[0]
    assert engine.ask(ViewsPid()) == first


def test_who_asks_the_same_meanwhile_gets_the_same_computation(tmp_path):
    gate = tmp_path / "gate"
    with watching() as told:
        answers = in_background(*[Until(gate)] * 5)
        waits(lambda: len({thread for thread, _ in told}) == 5)
        gate.touch()
        assert answers.result() == ["awake"] * 5
    assert trace_of(gate).read_text() == "awake\n"


def test_each_who_asks_gets_an_answer_of_its_own():
    first, second = in_threads(Raises("lab"), Raises("lab"))
    assert first is not second


# -- fairness --


def test_light_questions_never_wait_behind_heavy_ones(tmp_path):
    gate = tmp_path / "gate"
    engine.ask(LightPid())
    heavy = in_background(*[Until(gate, f"{n}") for n in range(3)])
    waits(trace_of(gate).exists)
    engine.ask(LightPid())
    assert not heavy.done()
    assert trace_of(gate).read_text().count("\n") == 1
    gate.touch()
    assert heavy.result() == ["0", "1", "2"]


def test_time_counts_from_the_start_of_computing(tmp_path, monkeypatch):
    """Who waits in line for an hour may compute for its minute all the same."""
    gate, ahead_s = tmp_path / "gate", [0.0]
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + ahead_s[0])
    monkeypatch.setattr(_queue, "time", clock)
    first = in_background(Until(gate))
    waits(trace_of(gate).exists)
    with watching() as told:
        second = in_background(Punctual())
        waits(lambda: 1 in [place for _, place in told])
        ahead_s[0] = 3600.0
        gate.touch()
        assert second.result() == ["in time"]
    assert first.result() == ["awake"]


def test_only_the_guilty_question_ends(tmp_path):
    others = [Sleeps(0.05, tmp_path / "trace", f"other {n}") for n in range(3)]
    slow = threading.Thread(target=lambda: guilty.append(in_threads(SleepsLittle(60.0))[0]))
    guilty: list = []
    slow.start()
    waits(lambda: engine.running())
    time.sleep(0.1)
    assert in_threads(*others) == ["other 0", "other 1", "other 2"]
    slow.join()
    assert "took longer than 0.3 s and was ended" in str(guilty[0])
    assert sorted((tmp_path / "trace").read_text().split("\n"))[1:] == [
        "other 0",
        "other 1",
        "other 2",
    ]


class Left(Exception):  # noqa: N818 - reads as what happened
    """The page was left."""


@contextmanager
def watching(leave_at=None):
    """What askers are told while they wait: (thread, place in line); at one they may leave."""
    told = []

    @contextmanager
    def watcher():
        def tell(standing):
            told.append((threading.get_ident(), standing.place))
            if leave_at is not None and standing.place == leave_at:
                raise Left

        yield tell

    engine.while_waiting(watcher)
    try:
        yield told
    finally:
        engine.while_waiting(engine._nobody)


def test_who_waits_is_told_its_place_in_line(tmp_path):
    gate = tmp_path / "gate"
    with watching() as told:
        answers = in_background(*[Until(gate, f"{n}") for n in range(3)])
        waits(lambda: {0, 1, 2} <= {place for _, place in told})
        gate.touch()
        assert answers.result() == ["0", "1", "2"]


def test_who_waits_is_told_how_far_it_is(monkeypatch, tmp_path):
    heard = []
    file = tmp_path / "heard"
    file.touch()

    def hear(standing):
        heard.append(standing.progress)
        file.write_text("\n".join(now.words for now in heard if now))

    @contextmanager
    def watcher():
        yield hear

    monkeypatch.setattr(engine, "_watcher", watcher)
    assert engine.ask(Counts(file)) == 3
    words = list(dict.fromkeys(now.words for now in heard if now))
    assert words == ["0 of 3 steps", "1 of 3 steps", "2 of 3 steps"]
    assert engine.ask(ViewsPid())  # what follows is an answer, not news


def test_a_question_whose_page_was_left_leaves_the_line(tmp_path):
    gate, trace = tmp_path / "gate", tmp_path / "trace"
    busy = in_background(Until(gate))
    waits(trace_of(gate).exists)
    with watching(leave_at=1), pytest.raises(Left):
        engine.ask(Sleeps(0.0, trace))
    gate.touch()
    assert busy.result() == ["awake"]
    engine.ask(ViewsPid())
    assert not trace.exists()


def test_a_left_question_that_computes_keeps_others_waiting_for_a_while_only(monkeypatch):
    monkeypatch.setattr(_queue, "LEFT_S", 0.1)
    engine.ask(ViewsPid())
    with watching(leave_at=0), pytest.raises(Left):
        engine.ask(Sleeps(200.0))
    started = time.monotonic()
    assert engine.ask(Sleeps(0.0)) == "awake"
    assert time.monotonic() - started < 150


def test_what_was_only_begun_makes_way(tmp_path):
    gate = tmp_path / "gate"
    for word in ("begun 1", "begun 2"):
        engine.begin(Until(gate, word))
        waits(trace_of(gate).exists)
    with watching() as told:
        asked = in_background(Until(gate, "asked"))
        waits(lambda: told)
    gate.touch()
    assert asked.result() == ["asked"]
    waits(lambda: trace_of(gate).read_text().count("\n") == 3)
    assert trace_of(gate).read_text() == "begun 1\nasked\nbegun 2\n"


# -- life and death --


def test_a_killed_process_is_replaced_unnoticed():
    first = engine.ask(ViewsPid())
    os.kill(first, signal.SIGKILL)
    assert engine.ask(ViewsPid()) != first


def test_a_process_that_dies_once_costs_a_second_try_alone(tmp_path):
    assert engine.ask(DiesOnce(tmp_path / "trace")) == "the second time"


def test_the_process_that_holds_keras_may_die_too():
    first = engine.ask(ViewsPid())
    engine._processes._process.kill()
    waits(lambda: not _alive(first))
    assert engine.ask(ViewsPid()) != first


@pytest.mark.parametrize(
    ("by", "words"),
    [(3, "ended with code 3"), (signal.SIGKILL, "SIGKILL"), (signal.SIGSEGV, "SIGSEGV")],
)
def test_a_question_that_kills_is_told_truthfully_and_the_others_answered(by, words):
    pid = engine.ask(LightPid())
    died, other = in_threads(Dies(by), Sleeps(0.1))
    assert words in str(died)
    assert "memory" not in str(died)
    assert "smaller" not in str(died)
    assert other == "awake"
    assert engine.ask(LightPid()) == pid


def test_memory_is_named_where_the_kernel_says_so(monkeypatch):
    counted = iter(range(100))
    monkeypatch.setattr(_fork_server, "oom_kills", lambda: next(counted))
    with pytest.raises(LabError, match="memory ran out"):
        engine.ask(Dies(signal.SIGKILL))


def test_a_file_from_outside_may_take_so_much_memory_only():
    assert engine.ask(EatsMemory(1000)) == 1000
    with pytest.raises(LabError, match="memory"):
        engine.ask(EatsMemory(int(1.5 * (FOREIGN.memory_bytes or 0))))
    assert engine.ask(EatsMemory(1000)) == 1000


@pytest.mark.parametrize(("load", "words"), [(50.0, "busy"), (0.0, "too much for a page")])
def test_too_long_says_whether_the_machine_was_busy(monkeypatch, load, words):
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    told = _refusals.too_long(60.0)
    assert "longer than 60 s" in told
    assert words in told


def test_a_process_that_cannot_start_is_said():
    assert "ended with code 1 each time" in _refusals.died(ProcessDied(1), VIEWS)


def test_an_idle_process_goes_home():
    first = engine.ask(HastyPid())
    waits(lambda: not _alive(first))
    assert engine.ask(HastyPid()) != first


def test_stopping_twice_is_fine_and_the_next_question_starts_anew():
    engine.start()
    engine.stop()
    engine.stop()
    assert engine.ask(Pid())


def test_stopping_ends_those_who_wait_with_a_sentence():
    waiting = threading.Thread(target=lambda: told.append(in_threads(Sleeps(60.0))[0]))
    told: list = []
    waiting.start()
    waits(lambda: engine.running())
    time.sleep(0.3)
    engine.stop()
    waiting.join(120)
    assert "stopped meanwhile" in str(told[0])


@pytest.mark.reaches_inside
def test_where_processes_cannot_be_copied_each_lane_starts_its_own(monkeypatch):
    monkeypatch.setattr(_fork_server, "FORKS", False)
    first = engine.ask(ViewsPid())
    assert first != engine.ask(LightPid())
    with pytest.raises(LabError, match="SIGKILL"):
        engine.ask(Dies(signal.SIGKILL))
    assert engine.ask(ViewsPid()) != first


@pytest.mark.reaches_inside  # TensorFlow computes in a copy made after its import
@pytest.mark.parametrize(
    "question",
    [
        "lab.ask(LayerTable('lenet5')).totals.params, engine.ask(Pid())",
        "engine.start() or 61_706, parent_process()",  # Keras not yet loaded
    ],
)
def test_the_engine_leaves_when_its_server_is_killed(question):
    """The real one, Keras and all."""
    program = (
        "import os, signal, time\nfrom cnnlab import engine, lab\n"
        "from cnnlab.engine.questions import Pid\n"
        "from cnnlab.summary.questions import LayerTable\n"
        "def parent_process():\n"
        "    while not engine._processes._process: time.sleep(0.01)\n"
        "    return engine._processes._process.pid\n"
        "if __name__ == '__main__':\n"
        f"    print(*({question}), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    server = subprocess.run(
        [sys.executable, "-c", program], cwd=paths.ROOT, stdout=subprocess.PIPE, check=False
    )
    params, pid = map(int, server.stdout.split())
    assert params == 61_706
    waits(lambda: not _alive(pid))


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
