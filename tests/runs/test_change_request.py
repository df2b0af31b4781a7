"""A learning rate or epochs asked for while a run trains: asked, taken up, kept, refused."""

import itertools
from dataclasses import replace
from threading import Thread

import pytest

from cnnlab import recipe, runs
from cnnlab.errors import LabError
from cnnlab.runs import Run
from cnnlab.schedules import rate_at
from cnnlab.schema import Intervention
from tests.records import config


def queued(**changes) -> Run:
    return runs.create(config(**changes))


def test_two_changes_are_taken_up_together_and_once():
    run = queued()
    runs.request_change(run, learning_rate=0.01)
    runs.request_change(run, epochs=40)
    assert (runs.requested_change(run).learning_rate, runs.requested_change(run).epochs) == (
        0.01,
        40,
    )
    taken = runs.take_change(run, 3, 20, 45)
    assert taken.interventions == (Intervention(3, 20, 45, 0.01, 40),)
    assert Run(run.path).config == taken
    assert taken.epochs == 40
    assert runs.requested_change(run) is None
    assert runs.take_change(run, 4) is None
    assert "after 3.444 epochs: learning rate 0.01, 40 epochs in all" in taken.made_with
    assert taken.made_with.startswith(taken.command)
    assert taken.asked != config().asked  # no other seed of the untouched training


def test_two_readers_who_ask_at_once_are_both_heard():
    run = queued()
    for _ in range(20):
        asks = [{"learning_rate": 0.01}, {"epochs": 40}]
        threads = [Thread(target=runs.request_change, args=(run,), kwargs=ask) for ask in asks]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        waiting = runs.requested_change(run)
        assert (waiting.learning_rate, waiting.epochs) == (0.01, 40)
        (run.path / "change.json").unlink()


@pytest.mark.parametrize("content", ["[]", "{", '{"learning_rate": NaN}', '{"epochs": "many"}'])
def test_a_damaged_request_counts_for_nothing_and_makes_way(content):
    run = queued()
    (run.path / "change.json").write_text(content)
    assert runs.requested_change(run) is None
    assert runs.take_change(run, 1) is None
    (run.path / "change.json").write_text(content)
    runs.request_change(run, epochs=40)
    assert runs.take_change(run, 1).epochs == 40


def test_a_run_that_was_deleted_meanwhile_does_not_come_back():
    run = queued()
    _ = run.config  # read before it went
    runs.delete(run)
    with pytest.raises(LabError, match="is gone"):
        runs.request_change(run, epochs=40)
    assert not run.path.exists()


def test_epochs_end_no_earlier_than_they_have_come():
    run = queued()
    runs.request_change(run, epochs=2)
    assert runs.take_change(run, 5, 3, 10).epochs == 6
    runs.request_change(run, epochs=2)
    assert runs.take_change(run, 7).epochs == 7


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Nothing to change"),
        ({"learning_rate": 0.0}, "above 0"),
        ({"learning_rate": float("nan")}, "above 0"),
        ({"learning_rate": 1e9}, "at most 100"),
        ({"epochs": 0}, "there may be 1 to 2000"),
        ({"epochs": 3000}, "there may be 1 to 2000"),
    ],
)
def test_senseless_changes_are_one_sentence(asked, words):
    with pytest.raises(LabError, match=words):
        runs.request_change(queued(), **asked)


def test_what_is_done_or_shipped_is_not_changed():
    for run in runs.pretrained()[:1]:
        with pytest.raises(LabError, match="shipped"):
            runs.request_change(run, epochs=3)


def rates(changes: tuple[Intervention, ...], **settings) -> list[float]:
    """The rate at the begin of each epoch of ten, cosine from 1 unless said otherwise."""
    made = replace(config().recipe, learning_rate=1.0, epochs=10, **settings)
    changed = config(recipe=made, interventions=changes)
    return [rate_at(changed, 5 * epoch, 5) for epoch in range(changed.epochs)]


def test_without_changes_it_is_the_plan():
    planned = [recipe.learning_rate(config().recipe, step, 50) for step in range(50)]
    made = config(recipe=replace(config().recipe, epochs=10))
    assert [rate_at(made, step, 5) for step in range(50)] == planned


def test_a_rate_by_hand_stays_until_it_is_changed_again():
    changes = Intervention(2, 0, 5, 0.3), Intervention(6, 3, 5, 0.05)
    assert rates(changes)[2:] == [0.3] * 5 + [0.05] * 3
    assert rates(changes)[:2] == rates(())[:2]


def test_added_epochs_stretch_the_rest_of_the_plan_without_a_jump():
    plan, longer = rates(()), rates((Intervention(4, 0, 5, None, 16),))
    assert longer[:5] == pytest.approx(plan[:5])
    assert len(longer) == 16
    # Twelve epochs now do what six were to do.
    assert longer[4::2] == pytest.approx(plan[4:])
    assert all(a > b for a, b in itertools.pairwise(longer))


def test_fewer_epochs_end_where_the_plan_ends():
    shorter = rates((Intervention(4, 0, 5, None, 7),))
    assert shorter[4:] == pytest.approx(rates(())[4::2])


def test_a_plan_of_two_stages_stretches_its_second():
    made = replace(config().recipe, learning_rate=1.0, epochs=10)
    changed = config(recipe=made, interventions=(Intervention(2, 0, 1, None, 14),))
    found = [rate_at(changed, place, 1, 4) for place in range(14)]
    four = [recipe.learning_rate(made, step, 4) for step in range(4)]
    ten = [recipe.learning_rate(made, step, 10) for step in range(10)]
    assert found == pytest.approx(four + ten)
