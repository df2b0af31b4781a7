"""The Predict page by itself: draw, choose models, nothing finished yet, a run that vanishes."""

import base64
import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import paths
from tests.small_tflite import finished_run

PAGE = str(paths.ROOT / "pages" / "predict.py")


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Two own runs that say 3 and 7, and nothing shipped."""
    monkeypatch.setenv("CNNLAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(paths, "pretrained_dir", lambda: tmp_path / "pretrained")
    folder = tmp_path / "runs"
    finished_run(folder, "0001-lenet5-mnist", says=3)
    finished_run(folder, "0002-lenet5-mnist", says=7, surely=2)
    return folder


def opened(**query: str | list[str]) -> AppTest:
    """The page, run once."""
    page = AppTest.from_file(PAGE, default_timeout=20)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def draw(page: AppTest) -> AppTest:
    """A vertical stroke, as the pad sends it."""
    grey = np.zeros((140, 140), np.uint8)
    grey[20:120, 65:77] = 255
    raster = base64.b64encode(grey.tobytes()).decode()
    page.session_state["drawing"] = {"drawing": {"raster": raster, "strokes": 1}}
    return page.run()


def board(page: AppTest) -> str:
    """The HTML of the answers."""
    assert not page.exception
    return next(e.proto.body for e in page.get("html") if 'class="board"' in e.proto.body)


def test_a_blank_pad_asks_for_a_drawing(store):
    page = opened()
    assert "Draw something" in board(page)
    assert 'class="share"></td>' in board(page)
    assert " %</td>" not in board(page)


def test_a_stroke_is_answered_without_a_button(store):
    page = draw(opened(run=["0001-lenet5-mnist"]))
    assert "The model says 3." in board(page)
    assert "7,850 parameters" in board(page)
    assert not page.button


def test_the_newest_finished_run_answers_by_default(store):
    assert opened().multiselect(key="run").value == ["0002-lenet5-mnist"]


def test_models_side_by_side_and_their_disagreement(store):
    page = draw(opened(run=["0001-lenet5-mnist", "0002-lenet5-mnist"]))
    assert page.multiselect(key="run").value == ["0001-lenet5-mnist", "0002-lenet5-mnist"]
    assert board(page).count("Probabilities of") == 2
    assert "The models disagree" in board(page)


def test_doubt_is_said(store):
    assert "Unsure" in board(draw(opened(run=["0002-lenet5-mnist"])))


def test_a_run_deleted_while_the_page_is_open_leaves_the_others_at_work(store):
    page = opened(run=["0001-lenet5-mnist", "0002-lenet5-mnist"])
    shutil.rmtree(store / "0002-lenet5-mnist")
    page = draw(page)
    assert "The model says 3." in board(page)


def test_an_unknown_run_in_the_address_is_named(store):
    page = opened(run=["no-such-run"])
    assert not page.exception
    assert "no-such-run" in page.warning[0].value


def test_no_model_chosen_is_no_error(store):
    page = opened()
    page.multiselect(key="run").set_value([]).run()
    assert not page.exception
    assert "Choose" in page.info[0].value


def test_without_any_model_the_page_leads_to_training(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNLAB_RUNS", str(tmp_path / "none"))
    monkeypatch.setattr(paths, "pretrained_dir", lambda: tmp_path / "none")
    page = opened()
    assert not page.exception
    assert "no finished model" in page.info[0].value


def test_a_damaged_drawing_is_one_sentence(store):
    page = opened()
    page.session_state["drawing"] = {"drawing": {"raster": "%%%", "strokes": 1}}
    page.run()
    assert not page.exception
    assert "draw again" in page.error[0].value


def test_a_class_name_cannot_smuggle_markup_into_the_page(store):
    finished_run(store, "0003-evil", labels=("<script>", '"a"', "c", "d"), says=0)
    html = board(draw(opened(run=["0003-evil"])))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
