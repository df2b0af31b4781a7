"""What a study plans: networks of a wanted cost, epochs that fit into the time, bad input."""

import re
from dataclasses import replace

import numpy as np
import pytest

from cnnlab import datasets, schema, summary
from cnnlab.architectures import ARCHITECTURES
from cnnlab.boards import BOARDS
from cnnlab.errors import LabError
from cnnlab.schema import Candidate, Costs, Rung
from cnnlab.studies import (
    _costs,
    _driver,
    _folder,
    _planning,
    _steps,
    _timing,
    on_boards,
    shipped,
    smaller,
    smallest_board,
)
from cnnlab.studies._axes import AXES
from cnnlab.studies._cards import STUDIES, Asked
from cnnlab.studies._space import Space, shapes, spread

PICTURE = (28, 28, 1)


def made_up(name, shape, knobs):
    """Costs that grow as those of a network do: with the square of the width, and the picture."""
    card = ARCHITECTURES[name]
    knobs = {knob.name: knob.default for knob in card.knobs} | dict(knobs)
    if knobs.get("depth") == 4:
        raise LabError("Four layers do not fit.")
    size = 100 * knobs["width"] ** 2 * knobs.get("depth", 1) * knobs.get("rung", 1)
    pixels = shape[0] * shape[1]
    return Costs(int(size) + 1, int(size * pixels), int(4 * pixels * knobs["width"]))


def asked(*names):
    return Asked("digits", tuple(ARCHITECTURES[name] for name in names), PICTURE, 10, made_up)


def test_every_network_lies_on_its_rung_and_no_two_have_one_shape():
    space = Space(asked("lenet5", "ladder"), AXES["params"])
    targets = [50.0, 500.0, 5000.0]
    for rung, (low, high) in zip(
        space.rungs(targets, 50, 5000, 3), [(50, 158.2), (158.1, 1582), (1581, 5000)], strict=True
    ):
        assert len(rung.candidates) == 3
        outlines = set()
        for one in rung.candidates:
            assert low <= one.costs.params <= high
            assert one.costs == made_up(one.architecture, one.input_shape, one.knobs)
            rest = {name: value for name, value in one.knobs.items() if name != "width"}
            outlines.add((one.architecture, one.input_shape, *rest.items()))
        assert len(outlines) == 3


@pytest.mark.parametrize(("axis", "sides"), [("params", {28}), ("macs", {14, 28})])
def test_smaller_pictures_compete_where_they_are_cheaper(axis, sides):
    (rung,) = Space(asked("tiny_vgg"), AXES[axis]).rungs([30_000.0], 100, 10**7, 6)
    assert {one.input_shape[0] for one in rung.candidates} == sides


@pytest.mark.parametrize("card", list(ARCHITECTURES), ids=lambda card: card.name)
def test_every_network_has_shapes_whose_knobs_are_legal(card):
    found = list(shapes(card, card.input_shape))
    assert 1 <= len(found) <= 48
    for shape in found:
        card.check(dict(shape.at().knobs))


@pytest.mark.parametrize("most", [1, 2, 3, 7])
def test_a_spread_keeps_both_ends(most):
    found = spread(list(range(100)), max(2, most))
    assert (found[0], found[-1], len(found)) == (0, 99, max(2, most))
    assert spread([1, 2], 5) == [1, 2]


def test_a_range_no_knob_reaches_names_the_nearest():
    with pytest.raises(LabError, match=r"1 to 1 parameters: the nearest has 2\."):
        STUDIES["budget"].function(asked("lenet5"), **budget(smallest=1, largest=1))
    with pytest.raises(LabError, match="goes from small to large"):
        STUDIES["budget"].function(asked("lenet5"), **budget(smallest=9, largest=1))


def test_rungs_that_nothing_fills_are_left_out_and_said():
    draft = STUDIES["budget"].function(asked("ladder"), **budget(largest=10**9, rungs=6))
    assert 1 <= len(draft.rungs) < 6
    assert "left out" in draft.notes[0]


def test_a_board_leaves_out_what_does_not_fit_and_says_why():
    def misfit(name, shape, knobs, board):
        assert board == "arduino_uno"
        return "needs 9,999 bytes of RAM" if made_up(name, shape, knobs).params > 1000 else ""

    wanted = replace(asked("ladder"), misfit_of=misfit)
    how = budget(board="arduino_uno", largest=50_000, rungs=6)
    draft = STUDIES["budget"].function(wanted, **how)
    sizes = [one.costs.params for rung in draft.rungs for one in rung.candidates]
    assert 0 < max(sizes) <= 1000
    assert "does not fit on Arduino Uno" in draft.notes[0]
    assert "needs 9,999 bytes of RAM" in draft.notes[0]
    with pytest.raises(LabError, match=r"Arduino Uno R3; the smallest needs 9,999 bytes of RAM\."):
        STUDIES["budget"].function(wanted, **how | {"smallest": 20_000})


def test_what_a_board_says_of_a_network_that_is_not_trained():
    size = (28, 28, 1)
    assert _costs.misfit("uno_mnist", size, 10, {}, "arduino_uno") == ""
    why = _costs.misfit("lenet5", size, 10, {}, "arduino_uno")
    assert re.search(r"needs [\d,]+ bytes of flash where the board has 32,256", why)
    why = _costs.misfit("lenet5", (64, 64, 3), 10, {}, "arduino_uno")
    assert "12,688 bytes of RAM for the picture and the stack alone" in why


def test_every_rung_is_held_against_every_board():
    rows = on_boards(shipped().points)
    assert len(rows) == len(shipped().points)
    assert all(len(row) == 1 + len(BOARDS) for row in rows)
    assert re.fullmatch(r"about 0\.\d+ s", rows[0]["Arduino Uno R3"])
    assert rows[-1]["Arduino Uno R3"] == "no"
    assert smallest_board(shipped().points[0]).startswith("Arduino Uno")
    assert smallest_board(replace(shipped().points[0], runs=("gone",))) == ""


def test_pruning_alone_is_timed_by_the_network_it_cuts(monkeypatch):
    monkeypatch.setattr("cnnlab.studies._costs.step_seconds", lambda *_: 0.5)
    cut = Candidate("lenet5", {}, PICTURE, Costs(9, 9, 9), method="filters", settings={"share": 1})
    (rung,) = _planning._paced([Rung((cut,))], 10, 320, 32)
    assert rung.candidates[0].epoch_seconds == pytest.approx(10 * 0.5 + _timing.EPOCH_S)


def test_few_steps_are_said_with_the_way_out():
    assert _planning._paces(30, 1230, 30, 30) == "Each network takes 1,230 steps (30 epochs)."
    short = _planning._paces(10, 70, 10, 171)
    assert "small networks need about 1,200: set epochs to 171" in short
    assert "give it more minutes or fewer rungs" in _planning._paces(40, 280, 171, 171)


def test_candidates_go_before_the_steps_a_network_needs():
    for enough, epochs in ((1, 10), (30, 30)):
        found = _timing.scheduled(rungs(1, 2), 30, 1, 2.5, 1, enough=enough)
        assert found.epochs >= epochs
    assert found.candidates < 3


def budget(**changed):
    values = STUDIES["budget"].check(changed)
    return {key: value for key, value in values.items() if key not in ("minutes", "seeds")}


# -- time --


def rungs(*seconds, candidates=3):
    """Rungs whose networks take so many seconds an epoch."""
    return [
        Rung(
            tuple(
                Candidate("lenet5", {}, PICTURE, Costs(100 * (n + 1), n, n), one)
                for _ in range(candidates)
            )
        )
        for n, one in enumerate(seconds)
    ]


def test_plenty_of_time_takes_the_usual_epochs_and_all_candidates():
    found = _timing.scheduled(rungs(1, 2), 30, 3, 1000, 1)
    assert (found.epochs, found.candidates, found.rounds) == (30, 3, (10,))
    expected = 2 * 3 * 3 + 3 * 10 * 3 + 3 * (2 * 3 + 30 * 3)  # runs' starts, rounds, winners
    assert found.seconds == expected == _timing.total_seconds(rungs(1, 2), 3, 30, 3)


def test_little_time_takes_fewer_epochs_then_fewer_candidates_and_always_fits():
    last = (31, 4)
    for minutes in (10, 4, 2, 1, 0.5):
        found = _timing.scheduled(rungs(1, 2), 30, 1, minutes, 1)
        assert found.seconds <= minutes * 60
        assert (found.epochs, found.candidates) < last or found.candidates < last[1]
        last = (found.epochs, found.candidates)
    assert found.candidates == 1
    both = _timing.scheduled(rungs(1, 2), 30, 1, 2, 2)
    assert both.epochs >= _timing.scheduled(rungs(1, 2), 30, 1, 2, 1).epochs


def test_too_short_says_how_long_an_epoch_of_the_largest_rung_takes():
    with pytest.raises(LabError, match=r"\(200 parameters\) takes 120 s|takes 2 min here") as error:
        _timing.scheduled(rungs(1, 120), 30, 1, 1, 1)
    needed = int(str(error.value).split("give it ")[1].split()[0])
    assert _timing.scheduled(rungs(1, 120), 30, 1, needed, 1).epochs >= 1  # the way out works


@pytest.mark.parametrize(
    ("candidates", "rounds"), [(1, ()), (3, (10,)), (9, (3, 10)), (4, (3, 10))]
)
def test_halving_leaves_one(candidates, rounds):
    assert _timing.rounds_of(candidates, 30) == rounds


def test_finalists_take_what_time_is_left_and_go_first_where_there_is_none():
    assert _timing.rounds_of(9, 30, 3) == (10,)
    plenty, scarce = (_timing.scheduled(rungs(1, 2), 30, 3, m, 1, 3) for m in (1000, 12))
    assert (plenty.finalists, plenty.rounds) == (3, ())
    assert plenty.seconds == 3 * 3 * (2 * 3 + 30 * 3)  # all three to the end, under three seeds
    assert (scarce.finalists, scarce.candidates) == (1, 3)


# -- data --


def test_a_dataset_too_small_for_three_parts_names_the_class(monkeypatch):
    parts = datasets.Parts(None, np.array([0, 0, 1]), None, np.array([0, 1]), ("a", "b"), "tiny")
    monkeypatch.setattr(datasets, "read", lambda card: parts)
    with pytest.raises(LabError, match=r"too small for three parts: 'b' has 1 training"):
        _planning._parts(datasets.DATASETS["digits"], 0)


def test_few_pictures_to_choose_and_to_test_by_are_said(monkeypatch):
    labels = np.arange(72) % 3
    parts = datasets.Parts(None, labels, None, labels[:18], ("a", "b", "c"), "few")
    monkeypatch.setattr(datasets, "read", lambda card: parts)
    learned, words = _planning._parts(datasets.DATASETS["digits"], 0)
    assert learned == 64
    assert "Only 8 validation pictures" in words[0]
    assert "Only 18 test pictures: one more that is right is 5.6 points." in words


def test_unknown_names_are_said_at_once():
    for request in (
        _planning.Request("digits", ("lenet6",)),
        _planning.Request("digits", ("lenet5",), "buget"),
        _planning.Request("digits", ("lenet5",), settings={"budget": "watts"}),
        _planning.Request("digits", ()),
    ):
        with pytest.raises(LabError):
            _planning.planned(request)


# -- for real --


def test_a_plan_of_digits_has_true_costs_and_is_the_same_twice(monkeypatch):
    """Timing aside, which is the machine's."""
    monkeypatch.setattr("cnnlab.studies._costs.step_seconds", lambda *_: 0.01)
    settings = {"smallest": 3000, "largest": 20000, "rungs": 2, "candidates": 2, "budget": "ram"}
    request = _planning.Request("digits", ("lenet5",), settings=settings)
    plan = _planning.planned(request)
    assert plan == _planning.planned(request)
    assert schema.from_json(schema.StudyPlan, schema.to_json(plan)) == plan
    for rung in plan.rungs:
        for one in rung.candidates:
            totals = summary.summarize_architecture(
                one.architecture, one.input_shape, 10, one.knobs
            ).totals
            assert one.costs.memory_bytes == totals.peak_activation_bytes
            assert one.costs.params == totals.params
            assert 3000 <= one.costs.memory_bytes <= 20000


# -- other kinds --


def test_seeds_are_one_rung_of_the_network_as_it_is():
    draft = STUDIES["seeds"].function(asked("lenet5", "tiny_vgg"))
    assert [rung.title for rung in draft.rungs] == ["LeNet-5", ARCHITECTURES["tiny_vgg"].title]
    assert all(len(rung.candidates) == 1 and not rung.candidates[0].knobs for rung in draft.rungs)
    assert STUDIES["seeds"].check({})["seeds"] > 1


def test_switches_turn_one_knob_at_a_time():
    draft = STUDIES["switches"].function(asked("lenet5"), only="residual, activation")
    first, *others = (rung.candidates[0].knobs for rung in draft.rungs)
    assert first == {}
    assert {tuple(knobs) for knobs in others} == {("activation",), ("residual",)}
    card = {knob.name: knob for knob in ARCHITECTURES["lenet5"].knobs}
    assert len(others) == len(card["activation"].options) - 1 + 1
    assert all(value != card[name].default for knobs in others for name, value in knobs.items())
    assert len({rung.title for rung in draft.rungs}) == len(draft.rungs)
    with pytest.raises(LabError, match="no knob 'speed'"):
        STUDIES["switches"].function(asked("lenet5"), only="speed")
    everything = STUDIES["switches"].function(asked("lenet5"), only="")
    turned = {name for rung in everything.rungs for name in rung.candidates[0].knobs}
    assert "activation" in turned
    assert not turned & {knob.name for knob in card.values() if knob.sizes or knob.advanced}


@pytest.mark.parametrize("kind", STUDIES.names())
def test_every_kind_says_what_it_does_and_takes_minutes_and_seeds(kind):
    card = STUDIES[kind]
    assert card.in_short
    assert {"minutes", "seeds"} <= set(card.check({}))
    assert not card.axis or card.check({})[card.axis] in AXES


def test_times_lie_on_straight_lines_between_the_networks_that_were_timed():
    timed = {1_000: 0.2, 2_000: 1.2, 10_000: 0.4}
    between = _planning._between
    assert [between(timed, macs) for macs in timed] == list(timed.values())
    assert between(timed, 1_500) == pytest.approx(0.7)
    assert between(timed, 6_000) == pytest.approx(0.8)
    assert between(timed, 10) == 0.2  # fewer cost no less: starting takes most of it
    assert between({5: 0.3}, 50) == 0.3


def test_ways_down_from_a_run_meet_at_equal_cost(tiny_run, monkeypatch):
    """Each knob alone, pictures, a teacher, and the run pruned; a step's config says which."""
    monkeypatch.setattr("cnnlab.studies._costs.step_seconds", lambda *_: 0.01)
    params, own = tiny_run.metrics.params, tiny_run.config.knobs
    asked = smaller(tiny_run)
    assert asked.settings == {"smallest": params // 32, "largest": params // 2}
    request = replace(asked, settings={"smallest": params // 8, "largest": params // 2, "rungs": 2})
    plan = _planning.planned(request)
    ways = {rung.title for rung in plan.rungs if rung.size == 1}
    assert ways == {"by width", "by smaller pictures", "by width with a teacher", "by pruning"}
    assert any("Left out, by depth: stands at its least already." in note for note in plan.notes)
    for rung in plan.rungs:
        (one,) = rung.candidates
        assert params // 16 <= one.costs.params <= params
        turned = {name for name, value in one.knobs.items() if value != own[name]}
        assert turned == ({"width"} if "width" in rung.title else set())
    study = _folder.create(
        *("down", request.kind, "digits", request.architectures, {}, plan), parent=tiny_run.name
    )
    configs = [_driver.config_of(study, step, {}) for step in _steps.ready(plan, {})]
    kinds = {config.compression.kind if config.compression else "" for config in configs}
    assert kinds == {"", "distillation", "pruning"}
    assert {config.parent for config in configs if config.compression} == {tiny_run.name}
    assert {config.recipe.epochs for config in configs} == {plan.recipe.epochs}
    for wrong, words in (
        (replace(request, parent=""), "about a trained run"),
        (replace(request, dataset="mnist_small"), "choose Digits as dataset"),
    ):
        with pytest.raises(LabError, match=words):
            _planning.planned(wrong)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"smallest": 9, "largest": 1}, "goes from small to large"),
        (
            {"smallest": 9**9, "largest": 9**9},
            r"they lead from [\d,]+ to [\d,]+ parameters\. Choose",
        ),
        ({"alone": False, "taught": False, "pruned": False}, "switch on at least one"),
        ({"alone": False, "taught": False}, "No way leads down from here: by pruning"),
    ],
)
def test_no_way_down_says_where_they_lead(settings, words):
    asks = STUDIES["ways"].check(settings)
    given = {key: value for key, value in asks.items() if key not in ("minutes", "seeds")}
    with pytest.raises(LabError, match=words):
        STUDIES["ways"].function(asked("lenet5"), **given)


def test_things_to_try_differ_from_the_network_in_one_switch_each():
    draft = STUDIES["things_to_try"].function(asked("lenet5"))
    first, *others = [rung.candidates[0] for rung in draft.rungs]
    assert not first.knobs
    assert not first.changes
    assert all(bool(one.knobs) != bool(one.changes) for one in others)
    assert all(len(one.knobs) < 2 for one in others)
    tried = [dict(one.knobs) | dict(one.changes) for one in others]
    assert len({repr(one) for one in tried}) == len(tried)
    names = {name for one in tried for name in one}
    assert names >= {"optimizer", "loss", "schedule", "augmentation", "weight_decay", "activation"}
    assert names >= {"normalization", "initializer", "residual"}
    assert {"optimizer": "adamax"} in tried
    assert len({rung.title for rung in draft.rungs}) == len(draft.rungs)
