"""Lessons' files and the figures behind them: what is read, refused, computed and said."""

import json
import re
import shutil
from xml.etree import ElementTree

import pytest

from cnnlab import glossary, lessons, paths
from cnnlab.errors import LabError
from cnnlab.lessons import LESSONS, Truth
from cnnlab.lessons.figures import accuracy

PAGES = {"inside", "train"}
SOUND = """
title = "Mine"
minutes = 5
learn = "Something."
[[steps]]
say = "Look."
page = "inside"
state = { run = "lenet5" }
hide = ["own-model"]
[steps.guess]
ask = "How many?"
kind = "slider"
low = 0
high = 100
figure = "accuracy"
of = { run = "lenet5" }
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_LESSONS", str(tmp_path))
    return tmp_path


def test_a_teachers_lesson_stands_in_the_list(folder):
    (folder / "mine.toml").write_text(SOUND)
    shelf = lessons.shelf(PAGES)
    assert not shelf.refused
    assert len(shelf.lessons) == len(LESSONS) + 1
    assert shelf.find("mine").taught_here
    assert shelf.find("mine").steps[0].guess.figure == "accuracy"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('title = "Mine"', 'titel = "Mine"', "did you mean 'title'?"),
        ("minutes = 5", "", "inutes should be there"),
        ("minutes = 5", "minutes = 5\nmintues = 5", "did you mean 'minutes'?"),
        ("minutes = 5", 'minutes = "five"', "inutes should be a whole number"),
        ('say = "Look."', "say = 7", "step 1, say should be text"),
        ('page = "inside"', 'page = "outside"', "there is no page 'outside'"),
        ("[steps.guess]", "[steps.gues]", "did you mean 'guess'?"),
        ("high = 100", "high = 100\nhihg = 5", "did you mean 'high'?"),
        ("high = 100", "high = -3", "high should be more than low"),
        ("high = 100", "high = 100\nstep = 0", "step should be more than 0"),
        ('kind = "slider"', 'kind = "choice"', "options should be a list of 2 or more"),
        ('kind = "slider"', 'kind = "pair"', "is of the kind 'slider'"),
        ('figure = "accuracy"', 'figure = "acuracy"', "did you mean 'accuracy'?"),
        ('of = { run = "lenet5" }', 'of = { runs = "lenet5" }', "asks for run"),
        ('["own-model"]', '["x] { } body"]', "is no key of a control"),
        ('title = "Mine"', "title = ", "is no TOML"),
        ("[[steps]]", "[steps]", "teps should be a list"),
    ],
)
def test_a_damaged_file_is_refused_with_its_reason_and_no_other_suffers(folder, old, new, reason):
    assert old in SOUND
    (folder / "bad.toml").write_text(SOUND.replace(old, new, 1))
    (folder / "mine.toml").write_text(SOUND)
    shelf = lessons.shelf(PAGES)
    assert [one.file for one in shelf.refused] == ["bad.toml"]
    assert reason in shelf.refused[0].reason
    assert "\n" not in shelf.refused[0].reason
    assert shelf.find("mine")
    with pytest.raises(LabError, match=r"bad\.toml"):
        shelf.find("bad")


def test_files_that_are_no_text_too_large_or_named_oddly_are_refused(folder):
    (folder / "latin.toml").write_bytes(b'title = "\xe9"')
    (folder / "huge.toml").write_bytes(b"#" * 300_000)
    (folder / "My Lesson.toml").write_text(SOUND)
    (folder / "kernels.toml").write_text(SOUND)
    (folder / "folder.toml").mkdir()
    refused = {one.file: one.reason for one in lessons.shelf(PAGES).refused}
    assert set(refused) == {
        *("latin.toml", "huge.toml", "My Lesson.toml", "kernels.toml", "folder.toml")
    }
    assert "there is a lesson of this name" in refused["kernels.toml"]
    assert lessons.shelf(PAGES).find("kernels").title == LESSONS["kernels"].title


def test_a_folder_that_is_none_is_said(monkeypatch):
    monkeypatch.setenv("CNNLAB_LESSONS", "/no/such/folder")
    shelf = lessons.shelf()
    assert "is no folder" in shelf.refused[0].reason
    assert len(shelf.lessons) == len(LESSONS)


def test_the_readmes_example_is_a_lesson(folder):
    example = re.search(r"```toml\n(.*?)```", (paths.ROOT / "README.md").read_text(), re.DOTALL)
    (folder / "thin.toml").write_text(example[1])
    shelf = lessons.shelf(PAGES | {"predict"})
    assert not shelf.refused
    assert lessons.truth(shelf.find("thin").steps[0].guess).value in "0123456789"


def test_every_lesson_of_the_lab_names_pages_that_exist_and_takes_ten_minutes():
    pages = {file.stem for file in (paths.ROOT / "pages").glob("*.py")}
    for lesson in LESSONS:
        assert {step.page for step in lesson.steps} <= pages
        assert sum(step.guess is not None for step in lesson.steps) >= 3
        assert lesson.minutes == 10


def copied(monkeypatch, nothing_shipped, name: str, **metrics):
    """A shipped run with some figures changed, in place of all shipped ones."""
    source = paths.ROOT / "pretrained" / name
    shutil.copytree(source, nothing_shipped / name)
    file = nothing_shipped / name / "metrics.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | metrics))


def test_whoever_changes_a_runs_figure_changes_the_reveal(monkeypatch, nothing_shipped):
    guesses = [step.guess for step in LESSONS["kernels"].steps if step.guess]
    guess = next(one for one in guesses if one.figure == "accuracy")
    copied(monkeypatch, nothing_shipped, "lenet5", test_accuracy=0.5, test_count=4_000)
    truth = lessons.truth(guess)
    assert lessons.sentence(0.6, truth) == (
        "It is 50 % (on 4,000 test pictures): you guessed 60 %, 10.0 points too high."
    )


def test_a_confused_pair_and_the_hardest_class_follow_the_counts(monkeypatch, nothing_shipped):
    counts = [[9 if i == j else 0 for j in range(10)] for i in range(10)]
    counts[3][5], counts[3][3] = 7, 2
    copied(monkeypatch, nothing_shipped, "lenet5", confusion=counts)
    assert accuracy.confused_pair("lenet5").value == ("3", "5")
    assert accuracy.hardest_class("lenet5").value == "3"


def test_what_was_not_measured_is_said_not_guessed(monkeypatch, nothing_shipped):
    copied(monkeypatch, nothing_shipped, "lenet5", test_accuracy=None, confusion=None)
    for ask in (accuracy.accuracy, accuracy.mistakes, accuracy.confused_pair):
        with pytest.raises(LabError):
            ask("lenet5")
    with pytest.raises(LabError, match="gone"):
        accuracy.accuracy("gone")


@pytest.mark.parametrize(
    ("guess", "truth", "words"),
    [
        (0.9, Truth(0.95, "share"), "It is 95 %: you guessed 90 %, 5.0 points too low."),
        (0.95, Truth(0.951, "share"), "as good as exact"),
        (500.0, Truth(50_000, "count"), "100.0 times too few"),
        (120.0, Truth(100, "count"), "20 too many"),
        (2.0, Truth(-1.5, "points"), "3.5 points too high"),
        ("3", Truth("3", "word"), "Right: it is 3."),
        ("4", Truth("3", "word"), "you guessed 4."),
        (("4", "9"), Truth(("9", "4"), "pair"), "the right pair the other way round"),
        (("4", "8"), Truth(("9", "4"), "pair"), "half of it right"),
        (2048.0, Truth(1024, "bytes"), "It is 1.0 KiB: you guessed 2.0 KiB"),
        (1.0, Truth(1, "pixels"), "It is 1 pixel"),
        (0.0, Truth(7, "count"), "7 too few"),
    ],
)
def test_the_gap_in_one_sentence(guess, truth, words):
    sentence = lessons.gap(guess, truth)
    assert words in sentence
    assert sentence.count(". ") == 0


def test_a_worksheet_asks_all_and_tells_no_answer_and_no_markup(folder):
    (folder / "mine.toml").write_text(SOUND.replace("Look.", "Look <script>alert(1)</script>."))
    sheet = lessons.worksheet(lessons.shelf().find("mine"))
    assert "How many?" in sheet
    assert "<script>" not in sheet
    assert "@media print" in sheet
    for lesson in LESSONS:
        sheet = lessons.worksheet(lesson)
        assert sheet.count("It is:") == sum(step.guess is not None for step in lesson.steps)
        assert not any(
            step.guess and step.guess.why and step.guess.why in sheet for step in lesson.steps
        )


def test_words_of_the_glossary_are_found_once_and_whole():
    parts = glossary.marked("Kernels make feature maps; a kernel is no map, nor kernelish.")
    assert [part.text for part in parts if part.term] == ["Kernels", "feature maps"]
    assert "".join(part.text for part in parts) == (
        "Kernels make feature maps; a kernel is no map, nor kernelish."
    )


def test_every_word_has_one_sentence_and_a_picture():
    for term in glossary.TERMS:
        assert term.description.endswith(".")
        assert ". " not in term.description, term.name
        assert len(list(ElementTree.fromstring(term.picture))) > 2, term.name
    forms = [form for term in glossary.TERMS for form in term.forms]
    assert len(set(forms)) == len(forms)
