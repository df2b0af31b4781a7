"""The exported page in a real browser, from a file and without a network."""

import base64
import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnlab import datasets, images, paths, prediction
from cnnlab.export.formats import html
from cnnlab.runs import Run
from tests import small_tflite
from tests.browser.pixels import PAINTED

ANSWERS = """([text, size]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const all = [];
  for (let n = 0; n < bytes.length; n += size)
    all.push(answer(Float32Array.from(bytes.subarray(n, n + size), (v) => v / 255)).shares);
  return all;
}"""
PREPARED = f"""async ([source, drawn]) => {{{PAINTED}
  const planes = prepared(context.getImageData(0, 0, canvas.width, canvas.height), about, drawn);
  return planes && planes.map(({{ data }}) => Array.from(data));
}}"""


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a run's page by its file, offline; leaves without a complaint."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    complaints = []

    def open_page(run: Run):
        file = tmp_path / f"{run.name}.html"
        file.write_bytes(html.html(run))
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.goto(file.as_uri())
        return page

    yield open_page
    context.close()
    assert complaints == []


def shipped(name: str) -> Run:
    return Run(paths.pretrained_dir() / name)


def asked(page, pictures: np.ndarray) -> np.ndarray:
    text = base64.b64encode(pictures.tobytes()).decode()
    return np.array(page.evaluate(ANSWERS, [text, int(np.prod(pictures.shape[1:]))]))


def source(picture: np.ndarray) -> str:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "png")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


# Between them every kind of step that the shipped networks take.
@pytest.mark.parametrize(
    "name", ["compact_mnist", "lenet5", "saria_final", "squeezenet_a", "shathenet_v1_0"]
)
def test_the_page_answers_as_the_lab_does(opened, name):
    run = shipped(name)
    chance = np.random.default_rng(0)
    pictures = chance.integers(0, 256, (4, *run.config.input_shape), np.uint8)
    if run.config.input_shape == (28, 28, 1):
        digits = datasets.load("mnist_small", (28, 28, 1)).x_test
        pictures = np.concatenate([pictures, digits[:12]])
    page = opened(run)
    theirs = prediction.answer_all(run.tflite_file.read_bytes(), pictures)
    mine = asked(page, pictures)
    np.testing.assert_allclose(mine, theirs, atol=1e-5)
    np.testing.assert_array_equal(mine.argmax(axis=1), theirs.argmax(axis=1))


def test_a_network_of_3000_parameters_takes_60_kilobytes_at_most():
    assert len(html.html(shipped("compact_mnist"))) < 60_000


def test_a_drawing_is_framed_as_in_the_lab_and_answered(opened):
    page = opened(shipped("compact_mnist"))
    box = page.locator("#pad").bounding_box()
    places = [(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)]
    steps = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*steps[0])
    page.mouse.down()
    for step in steps[1:]:
        page.mouse.move(*step, steps=5)
    page.mouse.up()
    page.wait_for_function("document.getElementById('answer').textContent.startsWith('7:')")
    assert page.locator("#maps canvas").count() == 8
    drawn = page.evaluate("Array.from(whole().data.filter((_, n) => n % 4 === 0))")
    grey = np.array(drawn, np.uint8).reshape(280, 280)
    lab = images.prepare(grey, (28, 28, 1), "digit").picture
    seen = np.array(page.evaluate(PREPARED, [source(grey), True])[0]).reshape(28, 28)
    assert np.abs(seen - lab.astype(int)).max() <= 2
    page.get_by_role("button", name="Clear").click()
    assert page.locator("#answer").text_content() == "Draw first."


def test_a_photo_is_cut_and_scaled_as_in_the_lab(opened):
    page = opened(shipped("compact_cifar_16k"))
    chance = np.random.default_rng(1)
    for size in ((100, 140), (32, 32), (20, 50)):
        photo = chance.integers(0, 256, (*size, 3), np.uint8)
        lab = images.prepare(photo, (32, 32, 3), "picture").picture
        planes = np.array(page.evaluate(PREPARED, [source(photo), False]))
        seen = planes.reshape(3, 32, 32).transpose(1, 2, 0)
        np.testing.assert_array_equal(seen, lab)


@pytest.mark.parametrize("dark", [True, False])
def test_handwriting_in_a_photo_is_found_as_in_the_lab(opened, dark):
    page = opened(shipped("compact_mnist"))
    digit = datasets.load("mnist_small", (28, 28, 1)).x_test[1, ..., 0]
    ink = np.asarray(Image.fromarray(digit).resize((240, 240)), float)
    paper = np.pad(210 - 0.7 * ink, 90, "edge") * np.linspace(0.75, 1, 420)
    photo = paper.clip(0, 255).astype(np.uint8)
    photo = photo if dark else 255 - photo
    lab = images.prepare(photo, (28, 28, 1), "digit").picture
    seen = np.array(page.evaluate(PREPARED, [source(photo), False])[0]).reshape(28, 28)
    assert np.corrcoef(seen.ravel(), lab.ravel())[0, 1] > 0.9


def test_a_file_that_is_no_picture_is_refused_with_a_word(opened, tmp_path):
    page = opened(shipped("ladder_07"))
    file = tmp_path / "no.png"
    file.write_bytes(b"no picture")
    page.locator("#photo").set_input_files(file)
    page.wait_for_function("document.getElementById('answer').textContent.includes('choose')")
    Image.new("L", (300, 200), 230).save(tmp_path / "blank.png")
    page.locator("#photo").set_input_files(tmp_path / "blank.png")
    page.wait_for_function("document.getElementById('answer').textContent === 'Draw first.'")


def test_labels_are_text_whatever_they_hold(opened, tmp_path):
    evil = "</script><img src=x onerror=alert(1)>"
    folder = small_tflite.finished_run(
        tmp_path, "evil", labels=(evil, "@SCRIPT@", "b&amp;"), says=1
    )
    page = opened(Run(folder))
    assert page.locator("#bars li span:first-child").all_text_contents() == [
        evil,
        "@SCRIPT@",
        "b&amp;",
    ]
    assert page.locator("img").count() == 0


def test_a_file_stands_alone(tmp_path):
    text = html.html(shipped("ladder_07")).decode()
    assert "http" not in text
    assert "src=" not in text
    folder = Path(tmp_path)
    (folder / "network.html").write_text(text)
    digits = datasets.load("mnist_small", (28, 28, 1)).x_test[:20]
    mine = html.ask_html(folder / "network.html", digits.astype("float32") / 255)
    theirs = prediction.answer_all(shipped("ladder_07").tflite_file.read_bytes(), digits)
    np.testing.assert_allclose(mine, theirs, atol=1e-5)
    shutil.rmtree(folder)
