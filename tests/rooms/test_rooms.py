"""Rooms of classes: words, joining, whose a run is, what is held back, what is left."""

import csv
import io
import json
import time
from dataclasses import replace

import numpy as np
import pytest

from cnnlab import datasets, evaluation, lab, paths, rooms, runs, schema
from cnnlab.__main__ import main
from cnnlab.errors import LabError
from cnnlab.schema import RoomScore

ANN, BOB, EVE = "a" * 32, "b" * 32, "e" * 32


@pytest.fixture
def room() -> rooms.Room:
    """An open room about the small digits."""
    return rooms.open_room("7b", ["digits_quickly"])


def score(**other) -> RoomScore:
    """Of a run that takes 400 parameters and reads 96 %."""
    return replace(
        RoomScore(
            "0001-ladder-digits", "Calm Owl", "t", "digits", "0" * 64, 0, 2e9, 400, 9_000, 180, 0.96
        ),
        **other,
    )


def test_a_word_cannot_be_guessed_and_may_be_typed_in_many_ways(room):
    assert len(rooms.WORDS) ** 3 > 1e8
    assert len(set(rooms.WORDS)) == len(rooms.WORDS)
    word = room.config.word
    assert all(part in rooms.WORDS for part in word.split("-"))
    for typed in (word, word.replace("-", " ").title(), f" {word} "):
        assert rooms.join(typed, "Ann", ANN)[0] == room
    assert word not in str(room.path)


def test_wrong_words_are_counted_for_each_and_for_all(room, monkeypatch):
    for _ in range(rooms.TRIES):
        with pytest.raises(LabError, match="No room has this word"):
            rooms.join("one two three", "Eve", EVE)
    with pytest.raises(LabError, match="wait a minute"):
        rooms.join(room.config.word, "Eve", EVE)
    rooms.join(room.config.word, "Ann", ANN)
    for number in range(rooms.ALL_TRIES):
        with pytest.raises(LabError):
            rooms.join("one two three", "Eve", f"{number:032d}")
    with pytest.raises(LabError, match="wait a minute"):
        rooms.join(room.config.word, "Bob", BOB)
    now = time.time()
    monkeypatch.setattr("cnnlab.rooms._joining.time.time", lambda: now + 61)
    rooms.join(room.config.word, "Bob", BOB)


def test_joining_gives_a_made_up_name_and_keeps_the_browsers_secret_to_itself(room):
    _, ann = rooms.join(room.config.word, "  Ann  Lee ", ANN)
    assert ann.name == "Ann Lee"
    assert ann.alias != ann.name
    _, again = rooms.join(room.config.word, "Anna", ANN)
    assert (again.name, again.alias) == ("Anna", ann.alias)
    with pytest.raises(LabError, match="called anna already"):
        rooms.join(room.config.word, "anna", BOB)
    with pytest.raises(LabError, match="Type your name"):
        rooms.join(room.config.word, " ", BOB)
    assert rooms.where([EVE, ANN]) == (room, again)
    assert rooms.where([EVE]) is None
    assert ANN not in (room.path / "pupils.json").read_text()
    rooms.leave(room, [ANN])
    assert room.pupils == ()


def test_a_room_is_bounded_and_may_be_stopped(room, monkeypatch):
    monkeypatch.setattr("cnnlab.rooms._joining.MOST_PUPILS", 1)
    rooms.join(room.config.word, "Ann", ANN)
    with pytest.raises(LabError, match="full"):
        rooms.join(room.config.word, "Bob", BOB)
    rooms.change(room, running=False)
    with pytest.raises(LabError, match="does not run now"):
        rooms.join(room.config.word, "Ann", ANN)
    monkeypatch.setattr("cnnlab.rooms._folder.MOST_ROOMS", 1)
    with pytest.raises(LabError, match="close one first"):
        rooms.open_room("", ["digits_quickly"])
    with pytest.raises(LabError, match="choose at least one"):
        rooms.open_room("", [])
    with pytest.raises(LabError, match="did you mean"):
        rooms.open_room("", ["digits_quick"])


def test_half_of_each_class_is_held_back_by_the_secret():
    labels = np.repeat(np.arange(10), 36)
    first, other = (rooms.held_back(secret, "digits", labels) for secret in ("a" * 32, "b" * 32))
    assert np.bincount(labels[first]).tolist() == [18] * 10
    assert (first == rooms.held_back("a" * 32, "digits", labels)).all()
    assert len(np.intersect1d(first, other)) < 130  # chance: 90
    assert len(np.intersect1d(first, rooms.held_back("a" * 32, "mnist", labels))) < 130


def test_what_decides_is_never_counted_for_a_run_of_the_room(room, tiny_run):
    whole = evaluation.data_of(tiny_run)
    _, ann = rooms.join(room.config.word, "Ann", ANN)
    rooms.mark(tiny_run.path, room, ann)
    left = evaluation.data_of(tiny_run)
    pictures, truth = rooms.decisive(room, whole)
    assert left.held_back == len(truth)
    assert len(left.y_test) + len(truth) == len(whole.y_test)
    seen = {one.tobytes() for one in left.x_test}
    assert sum(one.tobytes() in seen for one in pictures) < 5  # twins within the dataset
    assert len(evaluation.fitting(tiny_run, left).y_test) == len(left.y_test)  # not twice
    assert evaluation.evaluate(tiny_run).test_count == len(left.y_test)
    rooms.close(room)
    assert evaluation.evaluate(tiny_run).test_count == len(whole.y_test)


def test_a_runs_score_is_measured_on_what_is_held_back_and_in_int8(room, tiny_run):
    _, ann = rooms.join(room.config.word, "Ann", ANN)
    rooms.mark(tiny_run.path, room, ann)
    lab.score_all(room)
    (found,) = room.scores
    whole = datasets.load("digits", tiny_run.config.input_shape)
    pictures, truth = rooms.decisive(room, whole)
    right = evaluation.answer(tiny_run, pictures).argmax(1) == truth
    assert found.accuracy == pytest.approx(right.mean(), abs=0.01)
    assert found.count == len(truth)
    assert found.int8_accuracy == pytest.approx(found.accuracy, abs=0.05)
    assert found.int8_bytes < found.tflite_bytes
    assert 28 * 28 <= found.ram_bytes < 20_000
    assert (found.alias, found.params) == (ann.alias, tiny_run.metrics.params)
    rooms.change(room, clear=True)
    assert room.scores == ()


def test_seeds_are_meant_and_limits_kept():
    challenge = rooms.ROOM_CHALLENGES["digits_quickly"]
    found = [
        score(),
        score(run="2", seed=1, accuracy=0.92),
        score(run="3", alias="Keen Fox", accuracy=0.95),
        score(run="4", alias="Keen Fox", asked="1" * 64, params=501, accuracy=0.99),
        score(run="5", alias="Keen Fox", asked="2" * 64, accuracy=None, message="lost"),
        score(run="6", dataset="mnist"),
    ]
    now = rooms.standing(challenge, found)
    assert [(one.alias, round(one.mean, 2)) for one in now.inside] == [
        ("Keen Fox", 0.95),
        ("Calm Owl", 0.94),
    ]
    assert [now.reached(one) for one in now.inside] == [True, False]
    assert [one.run for one in now.outside] == ["4"]
    assert now.unmeasured == {"5": "lost"}
    in_int8 = replace(challenge, int8=True)
    assert rooms.standing(in_int8, found).unmeasured.keys() == {"0001-ladder-digits", *"2345"}


@pytest.mark.parametrize("challenge", rooms.ROOM_CHALLENGES, ids=lambda one: one.name)
def test_every_challenge_says_what_it_limits(challenge):
    assert f"{challenge.limit:,}" in challenge.limit_words
    assert 0 < challenge.goal < 1
    assert challenge.int8 == (challenge.cost != "params")
    assert datasets.DATASETS[challenge.dataset]


def test_results_are_neutral_cells_with_names_or_without(room):
    _, ann = rooms.join(room.config.word, "=HYPERLINK(1)", ANN)
    room.keep_score(score(alias=ann.alias, title="@evil\r"))
    (line,) = csv.DictReader(io.StringIO(rooms.csv_of(rooms.results(room, names=True))))
    assert line["pupil"] == "'=HYPERLINK(1)"
    assert line["title"] == "'@evil "
    assert (line["reached"], line["mean_accuracy"]) == ("True", "0.96")
    assert "HYPERLINK" not in json.dumps(rooms.results(room, names=False))


def test_closing_deletes_names_scores_and_drawings_and_runs_where_wished(room, tiny_run):
    _, ann = rooms.join(room.config.word, "Ann", ANN)
    drawn, others = datasets.new_collection(), datasets.new_collection()
    rooms.mark(drawn, room, ann)
    rooms.mark(tiny_run.path, room, ann)
    assert rooms.is_ones_own(tiny_run.path, [ANN])
    gone = rooms.close(room)
    assert (gone.pupils, gone.collections, gone.runs) == (1, 1, 0)
    assert datasets.list_collections() == [others]
    assert list(paths.rooms_dir().glob("[!.]*")) == []
    with pytest.raises(LabError, match="closed"):
        room.keep_score(score())
    # Whose the run is stays known, and to nobody else it is shown.
    assert rooms.is_ones_own(tiny_run.path, [ANN])
    assert not rooms.is_ones_own(tiny_run.path, [BOB])
    other = rooms.open_room("", ["digits_quickly"])
    rooms.mark(tiny_run.path, other, ann)
    assert rooms.close(other, with_runs=True).runs == 1
    assert runs.list_runs() == []


@pytest.mark.parametrize("content", ["", "[]", '{"word": 5}', '{"version": 99}'])
def test_a_damaged_room_is_listed_and_can_be_deleted(room, content, capsys):
    (room.path / "room.json").write_text(content)
    assert rooms.list_rooms() == []
    ((broken, why),) = rooms.damaged()
    assert "room.json" in why
    assert main(["room", "list"]) == 0
    assert f"room close {broken.name}" in capsys.readouterr().out
    assert main(["room", "close", broken.name]) == 0
    assert rooms.damaged() == []


def test_forgotten_rooms_go(room, monkeypatch):
    monkeypatch.setattr("cnnlab.rooms._folder.KEPT_DAYS", -1)
    rooms.open_room("", ["digits_quickly"])
    assert not room.path.exists()


def test_a_damaged_mark_opens_nothing(room, tiny_run):
    (tiny_run.path / rooms.MARK_FILE).write_text("{")
    assert not rooms.is_ones_own(tiny_run.path, [ANN])
    assert rooms.runs_of(room) == []


def test_the_verbs(room, capsys, tmp_path):
    word = room.config.word
    assert main(["room", "open", "8a", "--challenge", "digits_quickly", "--json"]) == 0
    opened = json.loads(capsys.readouterr().out)
    assert "secret" not in opened
    rooms.join(word, "Ann", ANN)
    room.keep_score(score())
    assert main(["room", "show", word]) == 0
    shown = capsys.readouterr().out
    assert "Ann as " in shown
    assert "96.00% 1 seed 400 Calm Owl reached" in shown
    for action, running, names in (("stop", False, True), ("hide", False, False)):
        assert main(["room", action, word]) == 0
        assert (room.config.running, room.config.names) == (running, names)
    for file in ("room.csv", "room.json"):
        assert main(["room", "export", word, str(tmp_path / file), "--anonymous"]) == 0
    assert json.loads((tmp_path / "room.json").read_text())[0]["alias"] == "Calm Owl"
    assert "Ann" not in (tmp_path / "room.csv").read_text()
    assert main(["room", "close", word, "--json"]) == 0
    assert not room.path.exists()
    schema.read(rooms.find(opened["room"]).path / "room.json", schema.RoomConfig)
