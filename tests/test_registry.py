"""Cards, knobs and the registry: what is legal, what is refused, and in which words."""

import sys

import pytest

from cnnlab.errors import LabError
from cnnlab.registry import FunctionCard, Knob, Registry, check_knobs

WIDTH = Knob("width", 1.0, "Filters.", 0.125, 4.0, 0.125)
DEPTH = Knob("depth", 1, "Layers.", 1, 4, 1)
NORM = Knob("norm", "none", "Kind.", choices=("none", "batch", 3, 0.5))
SHORTCUT = Knob("shortcut", False, "A bridge.")


@pytest.mark.parametrize(
    ("knob", "given", "kept"),
    [
        (WIDTH, 2, 2.0),
        (WIDTH, "0.5", 0.5),
        (WIDTH, 0.125, 0.125),
        (DEPTH, 4, 4),
        (DEPTH, 2.0, 2),
        (DEPTH, "3", 3),
        (NORM, "batch", "batch"),
        (NORM, "3", 3),
        (NORM, "0.5", 0.5),
        (SHORTCUT, True, True),
        (SHORTCUT, "yes", True),
        (SHORTCUT, "False", False),
        (SHORTCUT, 0, False),
    ],
)
def test_a_legal_value_gets_the_knobs_own_type(knob, given, kept):
    value = knob.check(given)
    assert value == kept
    assert type(value) is type(kept)


@pytest.mark.parametrize(
    ("knob", "given", "words"),
    [
        (WIDTH, 0, "between 0.125 and 4"),
        (WIDTH, 4.5, "between 0.125 and 4"),
        (WIDTH, float("inf"), "between"),
        (WIDTH, float("nan"), "must be a number"),
        (WIDTH, "wide", "must be a number"),
        (WIDTH, None, "must be a number"),
        (WIDTH, True, "must be a number"),
        (DEPTH, 1.5, "whole number"),
        (DEPTH, "1e0", "whole number"),
        (DEPTH, 10**9, "between 1 and 4"),
        (DEPTH, [1], "whole number"),
        (NORM, "Batch", "one of none, batch, 3, 0.5"),
        (NORM, None, "one of"),
        (SHORTCUT, 2, "true or false"),
        (SHORTCUT, None, "true or false"),
    ],
)
def test_an_illegal_value_is_refused_with_what_is_legal(knob, given, words):
    with pytest.raises(LabError, match=words) as refusal:
        knob.check(given)
    assert "Received" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_labels_read_like_words():
    assert Knob("hidden_units", 5, "").label == "Hidden units"
    assert Knob("size", 5, "", unit="pixels").label == "Size (pixels)"


def test_all_knobs_are_filled_in_in_their_order():
    assert check_knobs((WIDTH, DEPTH), {"depth": 2}, "net") == {"width": 1.0, "depth": 2}
    assert list(check_knobs((WIDTH, DEPTH), {"depth": 2}, "net")) == ["width", "depth"]


def test_an_unknown_knob_is_named_with_the_known_ones():
    with pytest.raises(LabError, match=r"net has no knob 'widht'; it has: depth, width"):
        check_knobs((WIDTH, DEPTH), {"widht": 2}, "net")
    with pytest.raises(LabError, match="it has: none"):
        check_knobs((), {"width": 2}, "net")


@pytest.fixture
def zoo(tmp_path, monkeypatch):
    """A registry over a package of one public and one private module."""
    package = tmp_path / "zoo_of_tests"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from cnnlab.registry import FunctionCard, Registry\n"
        "ZOO = Registry('animal', FunctionCard, __name__)\n"
    )
    (package / "cats.py").write_text(
        "from zoo_of_tests import ZOO\n"
        "@ZOO.register(title='Lion', family='Cats')\n"
        "def lion():\n    '''Roars.\n\n    And sleeps.'''\n    return 'roar'\n"
    )
    (package / "_hidden.py").write_text("raise RuntimeError('never imported')\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield __import__("zoo_of_tests").ZOO
    for module in [name for name in sys.modules if name.startswith("zoo_of_tests")]:
        del sys.modules[module]


def test_the_docstring_is_what_the_reader_reads(zoo):
    card = zoo["lion"]
    assert (card.name, card.title) == ("lion", "Lion")
    assert card.description == "Roars.\n\nAnd sleeps."
    assert card.function() == "roar"
    assert (zoo.names(), len(zoo), "lion" in zoo) == (["lion"], 1, True)


@pytest.mark.parametrize("wrong", ["lino", "LION", "", None, 3])
def test_an_unknown_name_gets_a_hint(zoo, wrong):
    with pytest.raises(LabError, match="There is no animal"):
        zoo[wrong]


def test_a_near_miss_is_guessed(zoo):
    with pytest.raises(LabError, match="did you mean 'lion'"):
        zoo["lyon"]


def test_a_name_is_registered_once():
    registry = Registry("thing", FunctionCard, "json")

    def twice() -> None:
        """A thing."""

    registry.register(title="", family="")(twice)
    with pytest.raises(ValueError, match="twice"):
        registry.register(title="", family="")(twice)


def test_a_choice_among_cards_shows_titles_and_help_and_guesses(zoo):
    knob = Knob("pet", "lion", "Which one.", among=zoo)
    assert knob.options == ("lion",)
    assert knob.title_of("lion") == "Lion"
    assert knob.full_help == "Which one.\n\n- **Lion**: Roars."
    assert knob.check("lion") == "lion"
    with pytest.raises(LabError, match="did you mean 'lion'"):
        knob.check("lyon")


def test_a_choice_among_some_cards_knows_no_others(zoo):
    quiet = zoo.only(lambda card: card.function() != "roar")
    knob = Knob("pet", "", "Which one.", among=quiet)
    assert knob.options == ()
    with pytest.raises(LabError, match="There is no animal 'lion'"):
        knob.check("lion")


def test_the_text_on_the_screen_may_stand_beside_the_docstring():
    registry = Registry("thing", FunctionCard, "json")

    @registry.register(name="import", title="Import", summary="Brings it in.")
    def bring_in(count: int) -> None:
        """Args: count: how often."""

    assert registry._cards["import"].description == "Brings it in."
    assert registry._cards["import"].function is bring_in
