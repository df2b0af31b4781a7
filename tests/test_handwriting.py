"""Scripted handwriting of every kind, read by the shipped network: what is right, what is doubted.

The 70 real pictures are read where `CNNLAB_TEST_HANDWRITING` names their folder.
"""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnlab import images, prediction, runs
from tests.handwriting_kinds import KINDS

READERS = [run for run in runs.pretrained() if run.name == "compact_mnist"]
REAL = os.environ.get("CNNLAB_TEST_HANDWRITING", "")
reads = pytest.mark.skipif(not READERS, reason="no network for MNIST is shipped")
# A few of each: `python -m tests.handwriting_kinds` reads more of them.
DIGITS = range(10)


def answers(pictures) -> list[tuple[int, prediction.Answer]]:
    """Each picture's digit and what the shipped network says of it."""
    return [(digit, prediction.ask(READERS[0], picture)) for digit, picture in pictures]


def is_right(digit: int, answer: prediction.Answer) -> bool:
    return answer.prediction is not None and answer.prediction.label == str(digit)


def check(told: list[tuple[int, prediction.Answer]], share: float, undoubted: int) -> None:
    """So many are right, few of those doubted, and hardly a wrong one is not."""
    right = [answer for digit, answer in told if is_right(digit, answer)]
    wrong = [(d, a) for d, a in told if not is_right(d, a) and a.prediction]
    assert len(right) >= share * len(told), [(d, a.prediction) for d, a in wrong]
    assert sum(not answer.doubts for _, answer in wrong) <= undoubted
    assert sum(bool(answer.doubts) for answer in right) <= max(1, 0.08 * len(right))


@reads
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("phone", "phone_table")])
def test_nine_in_ten_of_each_kind_are_read_and_errors_are_doubted(kind):
    check(answers((d, KINDS[kind](d, 1 + d % 4)) for d in DIGITS), 0.9, 0)


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("ruled", "framed")])
def test_no_printed_lines_are_found_where_there_are_none(kind):
    if kind.startswith("phone"):
        pytest.skip("a third of them are on white paper, with `ruled` and `grid` beside")
    for digit, seed in [(1, 2), (1, 3), (3, 1), (4, 2), (4, 3), (7, 2), (7, 3), (9, 5)]:
        prepared = images.prepare(KINDS[kind](digit, seed), (28, 28, 1), "digit")
        assert not any("Printed lines" in note for note in prepared.notes)


@pytest.mark.parametrize("digit", [0, 1, 3, 5, 8])
def test_the_ink_is_found_dark_or_light_though_the_digit_fills_the_picture(digit):
    for seed in (1, 3):
        picture = KINDS["thick"](digit, seed)
        found = images.prepare(picture, (28, 28, 1), "digit").facts["ink"]
        assert found == ("light" if seed % 3 == 0 else "dark")
        turned = images.prepare(255 - picture, (28, 28, 1), "digit").facts["ink"]
        assert turned != found


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of two network inputs, 1 for equal ones."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.mark.parametrize("kind", ["paper", "chalk", "usps", "pixels"])
def test_the_crop_does_not_matter(kind):
    picture = np.asarray(Image.fromarray(KINDS[kind](5, 2)).convert("L"))
    level = int(np.median(np.concatenate([picture[0], picture[-1]])))
    wide = np.pad(picture, max(picture.shape) // 5, constant_values=level)
    one, other = (images.prepare(p, (28, 28, 1), "digit").network_input for p in (picture, wide))
    assert likeness(one, other) > 0.9


def test_a_stem_from_border_to_border_is_no_printed_line_and_no_table():
    picture = np.full((200, 90), 235, np.uint8)
    picture[:, 40:52] = 40
    prepared = images.prepare(picture, (28, 28, 1), "digit")
    assert prepared.facts["lines"] == 0
    rows = np.flatnonzero(prepared.network_input[..., 0].max(axis=1) > 0.5)
    assert len(rows) == 20


def test_a_stroke_that_turns_pale_stays_whole():
    picture = np.full((160, 160), 240, np.float32)
    fade = np.linspace(200, 70, 120)
    picture[20:140, 60:72] -= fade[:, None]
    picture[20:32, 60:120] -= 200 * (picture[20:32, 60:120] > 200)
    prepared = images.prepare(picture.astype(np.uint8), (28, 28, 1), "digit")
    assert np.ptp(np.flatnonzero(prepared.network_input[..., 0].max(axis=1) > 0.5)) >= 18


def test_stray_marks_on_exact_black_are_left_out():
    clean = KINDS["pad"](3, 2)
    dirty = clean.copy()
    dirty[2:5, 2:5] = 200
    one, other = (images.prepare(p, (28, 28, 1), "digit").network_input for p in (clean, dirty))
    assert likeness(one, other) > 0.99


def test_a_form_s_box_is_not_taken_for_the_digit():
    picture = np.full((200, 150), 245, np.uint8)
    picture[6:194, 6:144] = 60
    picture[9:191, 9:141] = 245
    picture[60:140, 70:80] = 30
    prepared = images.prepare(picture, (28, 28, 1), "digit")
    columns = np.flatnonzero(prepared.network_input[..., 0].max(axis=0) > 0.5)
    assert len(columns) < 8


@reads
@pytest.mark.skipif(not REAL, reason="CNNLAB_TEST_HANDWRITING names no folder")
def test_real_drawings_and_photographs_are_read():
    with (Path(REAL) / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    pictures = ((int(r["label"]), images.read_picture(Path(REAL) / r["file"])) for r in rows)
    check(answers(pictures), 0.97, 1)
