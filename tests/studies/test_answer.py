"""The answer is made of the figures, and changes with them."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from cnnlab import runs, studies
from cnnlab.schema import StudyResult
from cnnlab.studies import _driver, _points, _sentence, _steps
from cnnlab.studies._axes import AXES
from cnnlab.studies._points import Mixed, Point
from tests.studies import made

PARAMS = AXES["params"]


def point(rung, accuracy, share=0.0, pair=("4", "9"), spread=0.0):
    mixed = Mixed(*pair, share) if share else None
    both = (accuracy - spread, accuracy + spread)
    return Point(rung, "", made.network(10 ** (rung + 1)), both, accuracy, ("a", "b"), mixed)


def told(points):
    return _sentence.sentence("Digits", PARAMS, points)


@pytest.fixture
def study():
    return made.study(rungs=1, candidates=1)


def test_the_knee_is_the_cheapest_within_a_point_of_the_best():
    points = [point(0, 0.5, 0.4), point(1, 0.981), point(2, 0.99), point(3, 0.985)]
    assert _points.knee(points, PARAMS) == 1
    assert _points.front(points, PARAMS) == [0, 1, 2]
    assert told(points) == (
        "On Digits, 100 parameters still reach 98.1% (within 1 point of the best); "
        "below 100 it no longer tells 4 from 9."
    )


def test_other_figures_make_another_sentence():
    swapped = [point(0, 0.5, 0.1, ("3", "5")), point(1, 0.9, 0.3, ("1", "7")), point(2, 0.99)]
    assert told(swapped).endswith("below 1,000 it no longer tells 1 from 7.")
    gap = [point(0, 0.5, 0.4, ("3", "5")), point(1, 0.9, 0.2, ("1", "7")), point(2, 0.99)]
    assert told(gap).endswith("below 100 it no longer tells 3 from 5.")
    mild = [point(0, 0.9, 0.1, ("3", "5")), point(1, 0.99)]
    words = told(mild)
    assert words.endswith("10 read 90.0%, and mix up 3 and 5 most (10% of them).")
    assert "nothing is lost yet" in _sentence.sentence(
        "Digits", PARAMS, [point(0, 0.99), point(1, 0.99)]
    )
    assert told([point(0, 0.99)]) == "On Digits, 10 parameters reach 99.0%."


def test_two_classes_are_mixed_up_by_the_share_called_the_wrong_one():
    assert _points.most_mixed([(0, 0, 5), (1, 1, 5)], "ab") is None
    first = _points.cells_of([[6, 4, 0], [0, 10, 0], [0, 1, 9]])
    assert first == ((0, 0, 6), (0, 1, 4), (1, 1, 10), (2, 1, 1), (2, 2, 9))
    assert _points.most_mixed(first, "abc") == Mixed("a", "b", 4 / 20)
    assert _points.most_mixed([*first, (2, 0, 20)], "abc") == Mixed("a", "c", 20 / 35)
    assert _points.most_mixed(_points.cells_of(None), "abc") is None


def test_time_left_follows_the_pace_of_the_runs_that_ended(study):
    started = studies.answer(study).seconds_left
    assert started == pytest.approx(2 * (3 + 9 * 1.0))
    step = next(iter(_steps.ready(study.plan, {}))).key
    study.record(StudyResult(step, "r", "done", val_accuracy=0.5, test_accuracy=0.5, seconds=36.0))
    assert studies.answer(study).seconds_left == pytest.approx(36.0)


class Tags(HTMLParser):
    """Counts what opens, and checks that it closes."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.words = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        assert not any("http" in str(value) for name, value in attrs if name in ("src", "href"))
        if tag not in ("meta", "line", "circle"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in ("meta", "line", "circle"):
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


def test_the_report_is_one_file_with_answer_curve_and_every_rung():
    study = made.study(rungs=3)
    _driver.drive(study, made.dispatch, tick_s=0)
    found = studies.answer(study)
    page = Tags()
    page.feed(studies.report(found))
    assert page.open == []
    assert "svg" in page.seen
    assert "script" not in page.seen
    assert page.seen.count("tr") == 1 + 3
    assert found.sentence in page.words
    for one in found.points:
        assert f"{one.accuracy * 100:.2f} %" in page.words
    told = found.to_json()
    assert told["answer"] == found.sentence
    assert [one["accuracy"] for one in told["points"]] == [one.accuracy for one in found.points]


def test_an_unfinished_study_has_a_report_and_a_damaged_past_none():
    study = made.study()
    assert "No rung is finished yet" in studies.report(studies.answer(study))
    assert runs.list_runs() == []


def test_the_best_way_down_is_said_at_equal_cost():
    """Curves at other costs are compared where both lead; few test pictures leave it open."""

    def compared(points):
        return _sentence.ways_sentence(PARAMS, points)

    def way(name, *places, tested=100_000):
        return [
            Point(0, "", made.network(cost), (accuracy,), 0.9, ("a",), None, name, tested)
            for cost, accuracy in places
        ]

    pruned = way("by pruning", (150, 0.8), (1_000, 0.9), (4_000, 0.95))
    width = way("by width", (100, 0.5), (1_000, 0.8), (2_000, 0.9))
    found = compared(pruned + width)
    assert found.startswith("At equal cost the best way down is by pruning: from 150 to 2,000 ")
    assert re.search(r"on average, by width \d\d\.\d%\.$", found)
    few = [replace(one, tested=10) for one in pruned] + width
    assert "by pruning and by width lose least, and may differ by chance" in compared(few)
    apart = way("by depth", (9_000, 0.9), (9_500, 0.91))  # leads to no cost of the others
    assert compared(pruned + width + apart) == found
    assert compared(pruned) == ""
    assert compared(pruned + apart) == ""


def test_a_network_is_named_by_its_size_and_by_what_is_not_as_usual():
    knobs = {"width": 0.5, "depth": 1, "activation": "tanh", "normalization": "source"}
    one = replace(made.network(50), knobs=knobs)
    named = Point(0, "", one, (0.9,), 0.9, ("a",), None, "by width").network
    assert named == "by width: lenet5, width 0.5, depth 1, activation tanh"
