"""The Datasets page: every view, the download that is offered, a zip that becomes a dataset."""

import base64
import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnlab import datasets, jobs, lab, paths, runs
from cnnlab.datasets import _background, _overview

PAGE = paths.ROOT / "pages" / "datasets.py"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A data folder in which the digits have been counted already."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("data")
        patch.setenv("CNNLAB_DATA", str(folder))
        _overview.count_overview("digits")
    return folder


@pytest.fixture(autouse=True)
def folder(home, tmp_path, monkeypatch):
    """That folder, and no Keras cache."""
    monkeypatch.setenv("CNNLAB_DATA", str(home))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return home


def page(**query) -> AppTest:
    """The page, run once with these parameters in the address."""
    app = AppTest.from_file(PAGE, default_timeout=120)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def words(app: AppTest) -> str:
    """Everything the page says."""
    return " ".join(block.value for block in [*app.markdown, *app.caption, *app.info, *app.error])


@pytest.mark.parametrize("view", ["pictures", "classes", "averages", "difficulty", "augmentation"])
def test_every_view_of_the_digits(view):
    app = page(dataset="digits", view=view)
    assert not app.exception
    assert not app.error
    assert app.get("plotly_chart") or app.get("bidi_component")
    assert app.query_params.get("view", "pictures") == view
    assert "CC BY 4.0" in words(app)


def test_one_class_and_the_class_in_the_address():
    app = page(dataset="digits")
    app.selectbox(key="class-digits").select(4).run()
    assert app.query_params["class"] == "3"
    again = page(dataset="digits", **{"class": "3"})
    assert again.selectbox(key="class-digits").value == 4
    assert "3, training picture" in words(again)


def test_a_pressed_picture_is_shown_at_pixel_scale():
    app = page(dataset="digits")
    assert "0, training picture" in words(app)
    app.session_state["sheet-digits-None-0"] = {"chosen": 4 * 12 + 3}
    app.run()
    assert not app.exception
    assert "4, training picture" in words(app)


def test_choosing_another_dataset_that_is_not_there_offers_the_download():
    app = page()
    app.selectbox[0].select("mnist").run()
    assert app.query_params["dataset"] == "mnist"
    assert "11.5 MB" in words(app)
    assert "tf-keras-datasets/mnist.npz" in words(app)
    assert app.button(key="download").label == "Download 11.5 MB"
    assert not app.exception


def test_nothing_is_downloaded_unasked(monkeypatch):
    started = []
    monkeypatch.setattr(_background, "_fetch", started.append)
    for name in datasets.DATASETS.names():
        if name != "digits":
            page(dataset=name)
    assert started == []


def test_a_failed_download_says_why(monkeypatch):
    failed = datasets.Download(
        "mnist", 0, 1, error="The download failed (no network).", running=False
    )
    monkeypatch.setitem(_background._downloads, "mnist", failed)
    app = page(dataset="mnist")
    assert "no network" in app.error[0].value


def test_an_unknown_dataset_in_the_address_is_one_sentence():
    app = page(dataset="mnits")
    assert "mnits" in app.warning[0].value
    assert not app.exception


def test_a_broken_file_is_one_sentence(folder):
    (folder / "mnist.npz").write_bytes(b"broken")
    app = page(dataset="mnist")
    (folder / "mnist.npz").unlink()
    assert "cannot be read" in app.error[0].value
    assert not app.exception


def test_turning_a_knob_and_asking_for_other_versions():
    app = page(dataset="digits", view="augmentation")
    app.session_state["augment-light_digits-all"] = True
    app.run()
    app.slider(key="augment-light_digits-rotation").set_value(45.0).run()
    app.button(key="augment-again").click().run()
    app.selectbox(key="preset-digits").select("strong").run()
    assert not app.exception
    assert not app.error


def own_zip() -> bytes:
    stream = io.BytesIO()
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(stream, "w") as archive:
        for label, tone in (("moon", 20), ("sun", 200)):
            for number in range(8):
                picture = io.BytesIO()
                pixels = rng.integers(tone, tone + 40, (20, 20, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(picture, "PNG")
                archive.writestr(f"{label}/{number}.png", picture.getvalue())
    return stream.getvalue()


def test_an_own_zip_becomes_a_dataset_and_is_deleted_again():
    app = page(make="own")
    app.get("file_uploader")[0].upload("sky.zip", own_zip(), "application/zip").run()
    assert "16 pictures in 2 classes" in app.success[0].value
    app.text_input(key="own-name").input("Sky").run()
    app.button(key="own-import").click().run()
    assert app.query_params["dataset"] == "own-sky"
    assert "own-sky" in datasets.DATASETS
    assert "16 own pictures" in words(app)
    app.button(key="delete-own").click().run()
    assert "own-sky" not in datasets.DATASETS
    assert app.query_params["dataset"] == "digits"


def test_a_zip_that_is_none_is_one_sentence():
    app = page(make="own")
    app.get("file_uploader")[0].upload("bad.zip", b"no zip", "application/zip").run()
    assert "not a zip file" in app.error[0].value
    assert not app.exception


def test_a_folder_on_the_server_where_the_operator_allows_it(tmp_path, monkeypatch):
    assert "own-folder" not in {box.key for box in page(make="own").selectbox}
    with zipfile.ZipFile(io.BytesIO(own_zip())) as archive:
        archive.extractall(tmp_path / "pictures" / "sky")
    monkeypatch.setenv("CNNLAB_PICTURES", str(tmp_path / "pictures"))
    app = page(make="own")
    app.selectbox(key="own-folder").select("sky").run()
    assert "16 pictures in 2 classes" in app.success[0].value


def boxes(**state) -> AppTest:
    """The class boxes of a browser whose secret is `k` 32 times."""
    app = AppTest.from_file(PAGE, default_timeout=120)
    app.query_params["make"] = "own"
    app.session_state["browser-key-kept"] = state.get("key", "k" * 32)
    return app.run()


def drawing(seed: int) -> str:
    """What a pad sends of a bar; no two alike."""
    raster = np.zeros((140, 140), np.uint8)
    raster[15 + 3 * seed : 125, 60 : 66 + 2 * seed] = 255
    return base64.b64encode(raster.tobytes()).decode()


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """A data folder without collections."""
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path / "data"))


def test_boxes_are_filled_named_and_trained_on_in_one_press(own_folder, monkeypatch):
    monkeypatch.setattr(jobs, "dispatch", lambda: None)
    app = boxes()
    app.button(key="start-boxes").click().run()
    assert app.button(key="train-boxes").disabled
    assert "'Class 1' has 0, 'Class 2' has 0" in words(app)
    folder = lab.own_collections(["k" * 32])[0].name
    app.text_input(key=f"label-{folder}-1-Class 1").input("<b>bar</b>").run()
    assert app.text_input(key=f"label-{folder}-1-<b>bar</b>").value == "<b>bar</b>"
    app.text_input(key=f"label-{folder}-2-Class 2").input("<B>BAR</B>").run()
    assert "There is a class '<b>bar</b>' already" in app.warning[0].value
    pads = [{"id": n, "picture": drawing(n)} for n in range(1, 7)]
    app.pills(key=f"way-{folder}-1").select("draw")
    app.session_state[f"pad-{folder}-1"] = {"sent": pads}
    app.run()
    assert "'Class 2' has 0" in words(app)
    app.pills(key=f"way-{folder}-2").select("files").run()
    assert app.pills(key=f"way-{folder}-1").value is None
    files = [(f"{n}.png", noise(n), "image/png") for n in range(9)]
    sent = [*files, ("notes<i>.png", b"hello", "image/png")]
    app.get("file_uploader")[0].set_value(sent).run()
    assert "notes<i>.png: This is not a picture" in app.warning[-1].value
    assert "drawn and another is not" in app.warning[0].value
    assert "15 pictures" in words(app)
    assert "weights let every class count alike" in words(app)
    assert app.session_state[f"kept-{folder}-picture"] == "picture"
    app.button(key="train-boxes").click().run()
    assert not app.error
    assert not app.exception
    run = runs.find(app.query_params["run"])
    assert run.config.labels == ("b bar /b", "Class 2")
    assert run.config.recipe.class_weights == "balanced"
    assert run.config.recipe.augmentation != "none"
    assert lab.may_delete(run.path, run.config.owner, "", ["k" * 32], "")


def noise(seed: int) -> bytes:
    stream = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 255, (20, 20, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def test_boxes_outlive_the_page_are_the_browsers_own_and_can_be_deleted(own_folder):
    app = boxes()
    app.button(key="start-boxes").click().run()
    app.button(key="add-box").click().run()
    again = boxes()
    (made,) = lab.own_collections(["k" * 32])
    assert len(again.pills) == 3
    again.button(key=f"remove-{made.name}-3").click().run()
    assert len(again.pills) == 2
    assert boxes(key="o" * 32).button(key="start-boxes")
    again.button(key=f"delete-{made.name}").click().run()
    assert again.button(key="start-boxes")
    assert not made.exists()


def test_taking_a_picture_out_and_a_damaged_collection(own_folder):
    made = lab.start_collection(["k" * 32], "")
    datasets.add_pictures(made, "1", [("a.png", noise(1)), ("b.png", noise(2))], "file")
    gone, stays = datasets.pictures_of(made, "1")
    app = boxes()
    app.session_state[f"thumbnails-{made.name}-1"] = {"removed": [gone, "../owner.json", 5]}
    app.run()
    assert datasets.pictures_of(made, "1") == [stays]
    assert "'Class 1' has 1" in words(app)
    (made / "collection.json").write_text("{")
    app.run()
    assert "damaged" in app.error[0].value
    app.button(key=f"delete-{made.name}").click().run()
    assert app.button(key="start-boxes")


def test_without_the_token_no_box_is_made(own_folder, monkeypatch):
    monkeypatch.setenv("CNNLAB_TOKEN", "secret")
    app = boxes()
    assert app.button(key="start-boxes").disabled
    assert "token" in words(app)
