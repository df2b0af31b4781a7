"""The Predict page by itself: draw, choose models, nothing finished yet, a run that vanishes."""

import base64
import io
import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnlab import engine, paths, runs
from cnnlab.errors import LabError
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
    page = AppTest.from_file(PAGE, default_timeout=120)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def draw(page: AppTest) -> AppTest:
    """A vertical stroke, as the pad sends it."""
    grey = np.zeros((140, 140), np.uint8)
    grey[20:120, 65:77] = 255
    raster = base64.b64encode(grey.tobytes()).decode()
    page.session_state["drawing"] = {"drawing": {"raster": raster, "turn": 1}}
    return page.run()


def board(page: AppTest) -> str:
    """The HTML of the answers: beside the pad, or by itself."""
    assert not page.exception
    sent = [json.loads(part.proto.json or "{}") for part in page.get("bidi_component")]
    beside = [data["board"]["html"] for data in sent if data.get("board")]
    alone = [element.proto.body for element in page.get("html")]
    return next(body for body in (*beside, *alone) if 'class="board"' in body)


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


def test_above_the_answers_stand_readable_names(store):
    names = ["0001-lenet5-mnist", "0002-lenet5-mnist"]
    page = draw(opened(run=names))
    for number in (1, 2):  # called alike, so that their numbers tell them apart
        assert f'title="LeNet-5 on MNIST (no. {number})"' in board(page)
    (store / names[1] / "notes.json").write_text('{"title": "Anna\'s reader"}')
    told = board(draw(opened(run=names)))
    assert 'title="LeNet-5"' in told
    assert 'title="Anna&#x27;s reader"' in told


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
    page.session_state["drawing"] = {"drawing": {"raster": "%%%", "turn": 1}}
    page.run()
    assert not page.exception
    assert "draw again" in page.error[0].value


def test_a_small_a_middling_and_a_large_shipped_digit_reader_answer_by_default(store, tmp_path):
    for name, params in {"a": 400, "b": 100, "c": 300, "d": 200, "e": 500}.items():
        folder = finished_run(tmp_path / "pretrained", name)
        (folder / "metrics.json").write_text(json.dumps({"params": params}))
    clothes = finished_run(tmp_path / "pretrained", "clothes")
    config = json.loads((clothes / "config.json").read_text())
    (clothes / "config.json").write_text(json.dumps(config | {"dataset": "fashion_mnist"}))
    assert opened().multiselect(key="run").value == ["b", "c", "e"]


def test_a_run_with_a_damaged_config_leaves_the_others_at_work(store):
    (store / "0002-lenet5-mnist" / "config.json").write_text("{")
    page = opened(run=["0001-lenet5-mnist", "0002-lenet5-mnist"])
    assert "0002-lenet5-mnist" in page.warning[0].value
    assert "The model says 3." in board(draw(page))


def test_the_first_layers_are_shown_when_asked_for(store):
    page = draw(opened(run=["0001-lenet5-mnist"]))
    page.toggle(key="layers").set_value(True).run()
    assert not page.exception
    assert "no convolutions" in page.caption[-1].value


def test_the_first_layers_of_a_trained_network(tiny_run):
    page = draw(opened(run=[tiny_run.name], layers="true"))
    assert not page.exception
    bodies = [element.proto.body for element in page.get("html")]
    assert any("Convolution 2: 16 maps of 10x10" in body for body in bodies)
    assert any(tiny_run.title in body and "Convolution 2" in body for body in bodies)


# -- pictures of the reader's


def upload(*files: tuple[str, bytes], **query) -> AppTest:
    """The page with these files chosen."""
    page = opened(**{"from": "Upload"}, **query)
    assert not page.exception
    page.file_uploader(key="upload").set_value(
        [(name, data, "image/png") for name, data in files]
    ).run()
    assert not page.exception
    return page


def png(pixels: np.ndarray) -> bytes:
    """A file's bytes."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def paper() -> np.ndarray:
    """A dark stroke on light paper."""
    sheet = np.full((300, 400), 230, np.uint8)
    sheet[60:240, 190:206] = 30
    return sheet


def test_several_files_are_answered_each_and_a_broken_one_says_so(store):
    page = upload(("one.png", png(paper())), ("broken.png", b"no picture"), run="0001-lenet5-mnist")
    assert "The model says 3." in board(page)
    assert sum('class="board"' in e.proto.body for e in page.get("html")) == 1
    assert "not a picture" in page.error[0].value
    assert any("Inverted" in caption.value for caption in page.caption)


def test_the_reader_may_set_the_ink(store):
    page = upload(("one.png", png(paper())), run="0001-lenet5-mnist")
    page.segmented_control(key="ink").set_value("light").run()
    assert not page.exception
    assert not any("Inverted" in caption.value for caption in page.caption)


def test_an_empty_sheet_is_not_answered(store):
    page = upload(("empty.png", png(np.full((300, 400), 230, np.uint8))), run="0001-lenet5-mnist")
    assert "no ink was found" in board(page)


def test_a_color_model_may_crop_or_pad(store):
    finished_run(store, "0003-color", 1, (32, 32, 3), "picture", ("cat", "dog"))
    wide = np.random.default_rng(0).integers(0, 256, (40, 80, 3), np.uint8)
    page = upload(("wide.png", png(wide)), run="0003-color")
    assert "The model says dog." in board(page)
    assert any("Cropped: 50%" in caption.value for caption in page.caption)
    page.segmented_control(key="how").set_value("pad").run()
    assert any("Padded: 50%" in caption.value for caption in page.caption)
    assert "32x32 pixels, in color" in board(page)


def test_a_pasted_picture_is_answered_and_a_damaged_one_refused(store):
    page = opened(**{"from": "Upload"}, run="0001-lenet5-mnist")
    page.session_state["paste"] = {"picture": base64.b64encode(png(paper())).decode()}
    page.run()
    assert "The model says 3." in board(page)
    page.session_state["paste"] = {"picture": "%%%"}
    page.run()
    assert not page.exception
    assert "paste it again" in page.error[0].value


def test_the_camera_waits_for_a_photo(store):
    page = opened(**{"from": "Camera"})
    assert not page.exception
    assert not page.error


def test_test_pictures_are_shown_with_their_truth(store, monkeypatch):
    shown = SimpleNamespace(
        pictures=np.random.default_rng(0).integers(0, 256, (30, 28, 28, 1), np.uint8),
        classes=np.arange(30) % 10,
        places=np.arange(30),
        labels=tuple("0123456789"),
        fingerprint="",
        variant="MNIST",
    )
    monkeypatch.setattr(engine, "ask", lambda question: shown)
    query = {"from": "Test pictures", "sample": "7"}
    page = opened(**query, run=["0001-lenet5-mnist", "0002-lenet5-mnist"])
    assert "The models disagree" in board(page)
    assert any("In truth: **7**" in text.value for text in page.markdown)
    page.button(key="sample-more").click().run()
    assert page.query_params["sample"] in ("24", ["24"])
    page.button(key="sample-more").click().run()
    assert "sample" not in page.query_params  # around to the first


def test_a_dataset_that_cannot_be_read_says_so(store, monkeypatch):
    def refuse(*_):
        raise LabError("The file is broken: fetch it again.")

    monkeypatch.setattr(engine, "ask", refuse)
    page = opened(**{"from": "Test pictures"})
    assert not page.exception
    assert "fetch it again" in page.error[0].value


def test_a_class_name_cannot_smuggle_markup_into_the_page(store):
    finished_run(store, "0003-evil", labels=("<script>", '"a"', "c", "d"), says=0)
    html = board(draw(opened(run=["0003-evil"])))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_address_that_names_more_models_than_fit():
    names = [run.name for run in runs.pretrained()][:6]
    page = opened(run=names)
    assert not page.exception
    assert len(page.multiselect(key="run").value) <= 3
