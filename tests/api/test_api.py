"""The HTTP interface: what it answers, and that nothing a caller sends breaks it."""

import gc
import io
import random
import weakref

import numpy as np
import pytest
from PIL import Image

from cnnlab import api, images, paths, prediction, rooms, runs
from cnnlab.api import bodies
from cnnlab.api.document import openapi
from tests.api.conftest import ask, multipart

PREDICT = "/api/models/0001-three/predict"


def png(pixels: np.ndarray | None = None, kind: str = "PNG") -> bytes:
    if pixels is None:
        pixels = np.zeros((28, 28), np.uint8)
        pixels[6:22, 12:16] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def test_health_answers_without_a_token(monkeypatch):
    monkeypatch.setenv("CNNLAB_TOKEN", "secret")
    assert ask("GET", "/api/health").json["status"] == "ok"


def test_models_lists_what_can_predict(three):
    found = ask("GET", "/api/models").json["models"]
    assert [model["name"] for model in found] == ["0001-three"]
    assert found[0]["labels"] == list("0123456789")
    assert found[0]["test_accuracy"] == 0.975


def test_model_shows_its_card(three):
    shown = ask("GET", "/api/models/0001-three").json
    assert shown["input_shape"] == [28, 28, 1]
    assert shown["metrics"]["params"] == 7850


@pytest.mark.parametrize("path", ["/api/models/none", "/api/runs/none/history", "/api/else"])
def test_unknown_names_are_404_in_json(path):
    answer = ask("GET", path)
    assert answer.status == 404
    assert answer.json["error"]


@pytest.mark.parametrize("name", ["..", "%2e%2e", "a/../b", ".lock", "x" * 300, "a\x00b"])
def test_names_never_become_paths(three, name):
    answer = ask("POST", f"/api/models/{name}/predict", png())
    assert answer.status == 404


def test_raw_body_and_page_give_the_same_probabilities(three):
    said = ask("POST", PREDICT, png()).json
    assert said["model"] == "0001-three"
    assert said["predictions"][0]["label"] == "3"
    prepared = images.prepare(images.read_picture(png()), (28, 28, 1), "digit")
    direct = prediction.predict(runs.find("0001-three"), prepared.network_input)
    assert [p["probability"] for p in said["predictions"]] == pytest.approx(
        list(direct.probabilities), abs=1e-6
    )


def test_one_file_answers_like_a_raw_body(three):
    body, kind = multipart(png())
    assert ask("POST", PREDICT, body, content_type=kind).json == ask("POST", PREDICT, png()).json


def test_doubts_and_preparation_are_those_of_the_page(three):
    noisy = np.random.default_rng(0).integers(0, 255, (90, 90), np.uint8)
    for picture in (png(), png(noisy)):
        said = ask("POST", PREDICT, picture).json
        shown = prediction.ask(runs.find("0001-three"), images.read_picture(picture))
        assert said["doubts"] == list(shown.doubts)
        assert said["preparation"]["kind"] == "digit"
        assert said["preparation"]["input_shape"] == [28, 28, 1]
        assert said["preparation"]["notes"] == list(shown.prepared.notes)


@pytest.mark.parametrize("ink", ["dark", "light", "auto"])
def test_the_ink_may_be_set_in_the_address_or_the_form(three, ink):
    body, kind = multipart(png(), ink=ink)
    in_form = ask("POST", PREDICT, body, content_type=kind)
    in_address = ask("POST", f"{PREDICT}?ink={ink}", png())
    assert in_form.status == in_address.status == 200
    assert in_form.json == in_address.json
    notes = " ".join(in_form.json["preparation"]["notes"])
    assert ("Inverted" in notes) == (ink == "dark")


def test_an_unknown_option_is_refused_with_those_there_are(three):
    for fields in ({"inc": "dark"}, {"ink": "blue"}, {"ink": "dark", "size": "3"}):
        body, kind = multipart(png(), **fields)
        query = "&".join(f"{key}={value}" for key, value in fields.items())
        for answer in (
            ask("POST", PREDICT, body, content_type=kind),
            ask("POST", f"{PREDICT}?{query}", png()),
        ):
            assert answer.status == 422
            assert "auto, dark, light" in answer.json["error"] or "how, ink" in answer.json["error"]
    for path in ("/api/models", "/api/health", "/api/runs", "/api/models/0001-three"):
        answer = ask("GET", f"{path}?verbose=1")
        assert answer.status == 422
        assert "verbose" in answer.json["error"]


def test_several_files_answer_as_results(three):
    body, kind = multipart(png(), png())
    results = ask("POST", PREDICT, body, content_type=kind).json["results"]
    assert len(results) == 2
    assert results[0]["predictions"][0]["label"] == "3"


def test_wrong_method_names_the_right_one(three):
    answer = ask("GET", PREDICT)
    assert answer.status == 405
    assert answer.headers["allow"] == "POST"
    assert "POST" in answer.json["error"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "image/png", 400),
        (b"no picture", "image/png", 422),
        (png()[:60], "image/png", 422),
        (b"--cut--", "multipart/form-data", 400),
        (b"--cut\r\nbroken", "multipart/form-data; boundary=cut", 400),
        (multipart()[0], "multipart/form-data; boundary=cut", 400),
    ],
)
def test_bad_bodies_are_4xx_with_one_sentence(three, body, kind, status):
    answer = ask("POST", PREDICT, body, content_type=kind)
    assert answer.status == status
    assert set(answer.json) == {"error"}


def test_blank_picture_is_refused(three):
    answer = ask("POST", PREDICT, png(np.zeros((28, 28), np.uint8)))
    assert answer.status == 422
    assert "blank" in answer.json["error"]


def test_a_refused_picture_is_let_go_at_once(three, monkeypatch):
    """Forty at once kept 200 MiB until Python looked for circles."""
    kept = []

    def noted(content, real=images.open_picture):
        picture = real(content)
        kept.append(weakref.ref(picture.pixels))
        return picture

    monkeypatch.setattr(images, "open_picture", noted)
    gc.disable()
    try:
        told = ask("POST", PREDICT, png(np.zeros((28, 28), "uint8")))
        assert told.status == 422
        assert kept[0]() is None
    finally:
        gc.enable()


def test_too_many_bytes_are_refused_before_they_are_read(three, monkeypatch):
    monkeypatch.setattr(bodies, "MOST_BYTES", 1000)
    assert ask("POST", PREDICT, b"x" * 5000, chunk=500).status == 413


def test_too_many_pictures_are_refused(three):
    body, kind = multipart(*[png()] * (bodies.MOST_PICTURES + 1))
    assert ask("POST", PREDICT, body, content_type=kind).status == 400


def test_uploads_never_touch_the_disk(three, monkeypatch):
    import tempfile

    def refuse(*_, **__):
        raise AssertionError("an upload was spooled to disk")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", refuse)
    noise = np.random.default_rng(0).integers(0, 255, (900, 900, 3), np.uint8)
    large = png(noise)
    assert len(large) > 2 * 2**20
    body, kind = multipart(large)
    assert ask("POST", PREDICT, body, content_type=kind).status in (200, 422)


def test_run_without_a_model_is_409(three):
    (three / "model.tflite").unlink()
    assert ask("POST", PREDICT, png()).status == 409


def test_token_is_wanted_when_set(three, monkeypatch):
    monkeypatch.setenv("CNNLAB_TOKEN", "secret")
    assert ask("GET", "/api/models").status == 401
    assert ask("GET", "/api/models", authorization="Bearer wrong").status == 401
    assert ask("GET", "/api/models", authorization="Bearer secret").status == 200


def test_other_sites_are_refused(three):
    assert ask("POST", PREDICT, png(), sec_fetch_site="cross-site").status == 403
    assert ask("POST", PREDICT, png(), sec_fetch_site="same-origin").status == 200


def test_rate_is_limited(three, monkeypatch):
    monkeypatch.setenv("CNNLAB_RATE", "2")
    answers = [ask("GET", "/api/health") for _ in range(8)]
    assert {a.status for a in answers} == {200, 429}
    assert answers[-1].headers["retry-after"] == "1"


def test_history_gives_the_epochs(tiny_run):
    shown = ask("GET", f"/api/runs/{tiny_run.name}/history").json
    assert shown["state"] == "done"
    assert [row["epoch"] for row in shown["history"]] == [1, 2, 3]


def test_runs_tell_their_state_and_skip_damaged_ones(three):
    (three / "config.json").write_text("{")
    broken = paths.runs_dir() / "0002-fine"
    three.rename(broken)
    assert ask("GET", "/api/runs").status == 200


def test_document_describes_exactly_the_routes():
    described = set(openapi()["paths"])
    served = {route.path for route in api.ROUTES} - {
        "/api",
        "/api/openapi.json",
        "/api/{rest:path}",
    }
    assert described == served
    assert ask("GET", "/api/openapi.json").json["openapi"] == "3.1.0"


def test_page_to_try_it_is_html():
    answer = ask("GET", "/api")
    assert answer.headers["content-type"].startswith("text/html")


def test_mutated_pictures_never_break_it(three):
    chance = random.Random(0)
    whole = [png(), png(kind="JPEG"), png(kind="GIF"), png(kind="BMP"), png(kind="TIFF")]
    for _ in range(150):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        answer = ask("POST", PREDICT, bytes(data[: chance.randint(1, len(data))]))
        assert answer.status < 500, data


def test_what_was_made_in_a_room_is_nobodys_here(tiny_run):
    room = rooms.open_room("7b", ["digits_quickly"])
    rooms.mark(tiny_run.path, *rooms.join(room.config.word, "Ann", "a" * 32))
    told = [ask("GET", path).json for path in ("/api/models", "/api/runs")]
    assert tiny_run.name not in str(told)
    for path in (f"/api/models/{tiny_run.name}", f"/api/runs/{tiny_run.name}/history"):
        assert ask("GET", path).status == 404
