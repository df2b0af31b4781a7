"""The pad's own way to an answer: with a ticket of its page, with or without a token."""

import base64

import numpy as np
import pytest
from starlette.applications import Starlette

from cnnlab import api
from cnnlab.prediction import board
from tests.api.conftest import ask
from tests.small_tflite import finished_run

APP = Starlette(routes=api.PAGE_ROUTES)


@pytest.fixture
def names(tmp_path, monkeypatch) -> list[str]:
    """Two finished runs that say 3 and 7."""
    monkeypatch.setenv("CNNLAB_RUNS", str(tmp_path))
    finished_run(tmp_path, "0001-lenet5-mnist", says=3)
    finished_run(tmp_path, "0002-lenet5-mnist", says=7)
    return ["0001-lenet5-mnist", "0002-lenet5-mnist"]


def stroke() -> str:
    """A vertical stroke as canvas.js sends it."""
    grey = np.zeros((board.PAD_SIDE, board.PAD_SIDE), np.uint8)
    grey[20:120, 65:77] = 255
    return base64.b64encode(grey.tobytes()).decode()


def draw(body: str, ticket: str):
    return ask("POST", "/pad", body.encode(), app=APP, x_cnnlab_ticket=ticket)


@pytest.mark.parametrize("token", ["", "secret"])
def test_a_stroke_is_answered_as_the_page_would(names, monkeypatch, token):
    monkeypatch.setenv("CNNLAB_TOKEN", token)
    answer = draw(stroke(), board.ticket(names))
    assert answer.status == 200
    assert answer.body.decode() == board.drawing(names, stroke()).html()
    assert "The models disagree" in answer.body.decode()


def test_a_blank_pad_asks_for_a_drawing(names):
    assert board.DRAW in draw("", board.ticket(names)).body.decode()


def test_a_deleted_run_leaves_the_others_at_work(names):
    gone = [*names[:1], "0009-gone"]
    assert "The model says 3." in draw(stroke(), board.ticket(gone)).body.decode()


@pytest.mark.parametrize(
    "change", [lambda t: "", lambda t: t[:-1], lambda t: "x" + t, lambda t: "."]
)
def test_without_the_pages_ticket_nobody_is_answered(names, change):
    answer = draw(stroke(), change(board.ticket(names)))
    assert answer.status == 403
    assert "load it again" in answer.json["error"]


def test_a_ticket_is_for_its_runs_and_no_others(names):
    first, second = board.ticket(names[:1]), board.ticket(names[1:])
    assert board.admitted(first) == names[:1]
    mixed = second.partition(".")[0] + "." + first.partition(".")[2]
    assert draw(stroke(), mixed).status == 403


def test_one_request_asks_all_sizes_and_a_lost_one_costs_itself_alone(names):
    wanted = board.ticket([names[0], "0009-gone", names[1]])
    options = {"x_cnnlab_ticket": wanted, "accept": "application/json"}
    answer = ask("POST", "/pad", stroke().encode(), app=APP, **options)
    assert answer.status == 200
    first, lost, second = answer.json["probabilities"]
    assert first.index(max(first)) == 3
    assert lost is None
    assert second.index(max(second)) == 7
    assert sum(first) == pytest.approx(1, abs=1e-3)
    assert "0009-gone" in answer.json["problems"][0]
    for name, answered in zip(names, (first, second), strict=True):
        alone = board.drawing([name], stroke()).given[name].prediction
        assert answered == pytest.approx(list(alone.by_class.values()), abs=1e-4)


@pytest.mark.parametrize(("body", "status"), [("", 200), ("AAAA", 422), ("%%%", 422)])
def test_a_blank_pad_has_no_strip_and_what_is_no_drawing_is_refused(names, body, status):
    options = {"x_cnnlab_ticket": board.ticket(names), "accept": "application/json"}
    answer = ask("POST", "/pad", body.encode(), app=APP, **options)
    assert answer.status == status
    assert answer.json.get("probabilities", []) == []


@pytest.mark.parametrize("body", ["%%%", "AAAA", "\udc80"])
def test_what_is_no_drawing_is_answered_by_no_model(names, body):
    answer = ask(
        "POST",
        "/pad",
        body.encode(errors="surrogateescape"),
        app=APP,
        x_cnnlab_ticket=board.ticket(names),
    )
    assert answer.status == 200
    assert "Probabilities" not in answer.body.decode()


def test_too_large_a_drawing_is_refused(names):
    answer = draw("A" * 70_000, board.ticket(names))
    assert answer.status == 413
    assert "64 KiB" in answer.json["error"]
