"""Whose turn it is: owners in turn, limits, priority, and runs that follow others."""

import json
import os

import pytest

from cnnlab import jobs, lab, paths, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run
from tests.jobs.waiters import new_run, started, states, wait_until
from tests.records import read_json, write_json


def end(run: Run, state: str = "done") -> None:
    """The run has ended so."""
    write_json(run.path / "status.json", {"state": state})


def order() -> list[Run]:
    """The waiting runs as they will start."""
    return [waiting.run for waiting in jobs.queue().waiting]


@pytest.fixture
def instant(monkeypatch):
    """Workers that are done at once. Yields the runs in the order of their starts."""
    begun: list[Run] = []

    class Instant:
        def start(self, run, lock):
            begun.append(run)
            end(run)

        def kill(self, run): ...

        def keep_ready(self): ...

        def end(self): ...

    monkeypatch.setattr(jobs, "starter", Instant())
    return begun


def run_dry() -> None:
    """Dispatch until nothing starts any more."""
    while jobs.dispatch():
        pass


def test_owners_take_turns_the_oldest_of_each_first(instant):
    ann = [new_run("Ann") for _ in range(3)]
    bob = [new_run("Bob") for _ in range(2)]
    cat = new_run("Cat")
    expected = [ann[0], bob[0], cat, ann[1], bob[1], ann[2]]
    assert order() == expected
    places = {run: jobs.place(run).position for run in expected}
    assert list(places.values()) == [1, 2, 3, 4, 5, 6]
    run_dry()
    assert instant == expected


def test_who_was_served_waits_for_the_others_also_after_a_restart(instant, monkeypatch):
    monkeypatch.setenv("CNNLAB_SLOTS", "1")
    first, second = new_run("Ann"), new_run("Ann")
    assert jobs.dispatch() == [first]
    late = new_run("Bob")  # came last, and Ann has had her turn: all of it is on the disk
    assert order() == [late, second]
    (paths.runs_dir() / ".turns.json").write_text("{")  # lost: everybody is equal again
    assert order() == [second, late]


def test_runs_of_nobody_are_one_owners(instant):
    older, newer = new_run(), new_run()
    other = new_run("Ann")
    written = read_json(newer.path / "config.json")
    assert "owner" not in written
    assert order() == [older, other, newer]


def test_nobody_trains_more_at_once_than_the_limit(waiters, monkeypatch):
    monkeypatch.setenv("CNNLAB_SLOTS", "3")
    monkeypatch.setenv("CNNLAB_USER_LIMIT", "1")
    ann = [new_run("Ann") for _ in range(3)]
    bob = new_run("Bob")
    assert jobs.dispatch() == [ann[0], bob]
    assert jobs.dispatch() == []
    assert "Ann trains 1 at once already" in jobs.place(ann[1]).sentence
    wait_until(lambda: len(started()) == 2)
    runs.request_stop(ann[0])
    wait_until(lambda: not runs.is_held(ann[0].path))
    assert jobs.dispatch() == [ann[1]]
    monkeypatch.setenv("CNNLAB_USER_LIMIT", "0")
    assert jobs.dispatch() == [ann[2]]
    monkeypatch.setenv("CNNLAB_USER_LIMIT", "one")
    with pytest.raises(LabError, match="CNNLAB_USER_LIMIT must be a whole number"):
        jobs.dispatch()


def test_priority_goes_first_and_may_be_given_while_waiting(instant):
    ann, bob, teacher = new_run("Ann"), new_run("Bob"), new_run("Teacher")
    runs.prioritize(teacher)
    assert order() == [teacher, ann, bob]
    runs.prioritize(bob)
    assert order() == [bob, teacher, ann]
    end(ann)
    with pytest.raises(LabError, match="does not wait"):
        runs.prioritize(ann)


def test_priority_is_the_teachers_where_there_is_a_token(monkeypatch):
    monkeypatch.delenv("CNNLAB_TOKEN", raising=False)
    monkeypatch.delenv("CNNLAB_TEACHER", raising=False)
    assert lab.may_lead("")
    monkeypatch.setenv("CNNLAB_TEACHER", "chalk é")
    assert lab.may_lead("chalk é")
    assert not lab.may_lead("")
    assert not lab.may_lead("chal")


# -- runs that follow others --


def test_a_run_waits_until_all_it_follows_are_done(instant, monkeypatch):
    monkeypatch.setenv("CNNLAB_SLOTS", "9")
    first, second = new_run("Ann"), new_run("Ann")
    last = new_run("Ann", after=(first.name, second.name, "lenet5"))
    end(first, "running")  # nobody holds its lock: interrupted, and may be resumed
    end(second, "running")
    assert first.status.state == "interrupted"
    assert jobs.dispatch() == []
    waiting = jobs.place(last)
    assert waiting.after == (first.name, second.name)
    assert waiting.sentence == f"Waits until {first.name}, {second.name} are done."
    end(first)
    assert jobs.place(last).sentence == f"Waits until {second.name} is done."
    assert jobs.dispatch() == []
    end(second)
    assert jobs.dispatch() == [last]


def test_a_chain_is_trained_in_order_whoever_dispatches(instant):
    first = new_run("Ann")
    second = new_run("Ann", after=(first.name,))
    third = new_run("Ann", after=(second.name,))
    other = new_run("Bob")
    assert [waiting.run for waiting in jobs.queue().waiting] == [first, other, second, third]
    run_dry()
    assert instant[0] == first
    assert [run for run in instant if run != other] == [first, second, third]


@pytest.mark.parametrize(
    ("what", "words"),
    [("failed", "which failed"), ("stopped", "which was stopped"), ("gone", "which is gone")],
)
def test_what_follows_a_run_that_will_not_be_done_fails_with_a_sentence(instant, what, words):
    first = new_run()
    second = new_run(after=(first.name,))
    third = new_run(after=(second.name,))
    if what == "gone":
        runs.delete(first)
    elif what == "stopped":
        runs.request_stop(first)
    else:
        end(first, "failed")
    jobs.dispatch()
    assert second.status.state == "failed"
    assert words in second.status.message
    assert "\n" not in second.status.message
    jobs.dispatch()
    assert third.status.state == "failed"
    assert second.name in third.status.message
    assert instant == []


def test_a_chain_that_broke_is_taken_up_again(instant):
    first = new_run()
    second = new_run(after=(first.name,))
    runs.request_stop(first)
    jobs.dispatch()
    for run in (first, second):
        runs.requeue(run)
    run_dry()
    assert instant == [first, second]
    assert states() == ["done", "done"]


def test_giving_up_never_takes_a_run_from_its_worker(instant, monkeypatch):
    """Claimed by another server between the look and the verdict: its worker's word counts."""
    first = new_run()
    second = new_run(after=(first.name,))
    end(first, "failed")
    lock = runs.hold(second.path)
    jobs.dispatch()
    assert second.status.state == "queued"
    os.close(lock)
    jobs.dispatch()
    assert second.status.state == "failed"


def test_only_a_run_that_is_there_can_be_followed(monkeypatch):
    monkeypatch.setattr(jobs, "dispatch", list)
    with pytest.raises(LabError, match="no run 'nowhere'"):
        lab.start_training("lenet5", "digits", after=["nowhere"])
    assert runs.list_runs() == []
    first = lab.start_training("lenet5", "digits", owner="  Ann " + "x" * 99)
    assert first.config.owner == ("Ann " + "x" * 99)[:40]
    second = lab.start_training("lenet5", "digits", after=[first.name], priority=True)
    assert second.config.after == (first.name,)
    assert second.priority_file.exists()


# -- told --


def test_the_queue_as_a_table(monkeypatch):
    monkeypatch.setattr(jobs, "dispatch", list)
    busy, ann = new_run("Ann"), new_run("Ann")
    bob = new_run("Bob", after=(busy.name,))
    lock = runs.hold(busy.path)
    end(busy, "running")
    rows = lab.queue()
    assert [(row["run"], row["position"], row["owner"]) for row in rows] == [
        (busy.name, 0, "Ann"),
        (ann.name, 1, "Ann"),
        (bob.name, 2, "Bob"),
    ]
    assert json.loads(json.dumps(rows)) == rows
    shelf = {row["run"]: row["position"] for row in lab.shelf()}
    assert shelf == {busy.name: None, ann.name: 1, bob.name: 2}
    os.close(lock)


def test_ended_runs_are_looked_at_once_and_again_when_they_change(instant, monkeypatch):
    run = new_run()
    end(run)
    assert order() == []
    monkeypatch.setattr(Run, "status", property(lambda _: 1 / 0))
    assert order() == []
    monkeypatch.undo()
    end(run, "queued")
    monkeypatch.setenv("CNNLAB_RUNS", str(run.path.parent))
    assert order() == [run]
