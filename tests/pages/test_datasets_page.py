"""The Datasets page: every view, the download that is offered, a zip that becomes a dataset."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnlab import datasets, paths
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
    app = AppTest.from_file(PAGE, default_timeout=30)
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
    app = page()
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
    app = page()
    app.get("file_uploader")[0].upload("bad.zip", b"no zip", "application/zip").run()
    assert "not a zip file" in app.error[0].value
    assert not app.exception


def test_a_folder_on_the_server_where_the_operator_allows_it(tmp_path, monkeypatch):
    assert "own-folder" not in {box.key for box in page().selectbox}
    with zipfile.ZipFile(io.BytesIO(own_zip())) as archive:
        archive.extractall(tmp_path / "pictures" / "sky")
    monkeypatch.setenv("CNNLAB_PICTURES", str(tmp_path / "pictures"))
    app = page()
    app.selectbox(key="own-folder").select("sky").run()
    assert "16 pictures in 2 classes" in app.success[0].value
