"""Home in a browser: draw, slide, see a failure; on a small screen, a phone and by keyboard."""

import re
from collections.abc import Iterator
from shutil import which

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from cnnlab import export, images, integer, paths, prediction
from cnnlab.export.formats.onnx import ask_onnx
from cnnlab.prediction.board import PAD_SIDE
from cnnlab.runs import Run
from tests.browser import everywhere
from tests.browser.conftest import Desk

SCREENS = {"small screen": (1280, 720), "phone": (390, 844)}


@pytest.fixture(params=SCREENS.values(), ids=SCREENS.keys())
def reader(request, browser, server) -> Iterator[Desk]:
    """A fresh reader on one of the screens; leaves without a complaint."""
    made = Desk(browser, server.address, *request.param)
    yield made
    made.close()
    assert made.complaints == []


def home(desk: Desk) -> Page:
    """The page, with the example's answers in the strip."""
    page = desk.tab()
    expect(page.get_by_role("radio", name=re.compile("says 7")).first).to_be_visible()
    return page


def bottom(page: Page, part: str) -> float:
    """Where a part of the page ends, in pixels from the top of the screen."""
    box = page.locator(part).bounding_box()
    assert box
    return box["y"] + box["height"]


def draw(page: Page, points: list[tuple[float, float]]) -> None:
    """One stroke; points as shares of the pad's side."""
    box = page.locator("canvas[data-part=pad]").bounding_box()
    assert box
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=3)
    page.mouse.up()


def shown(page: Page, part: str) -> str:
    """What a part says on this screen."""
    return page.locator(f"[data-part={part}]").inner_text()


def test_draw_slide_and_see_it_fail_without_scrolling(reader):
    page = home(reader)
    width, height = (page.viewport_size or {}).values()
    last = ".slider" if width < 640 else ".doors"
    assert bottom(page, last) <= height
    assert "of this 7" in shown(page, "title")

    # A narrow, angular 4 of one's own: the largest read it, and it is lost on the way down.
    draw(page, [(0.4, 0.2), (0.38, 0.5), (0.62, 0.5)])
    draw(page, [(0.6, 0.2), (0.6, 0.84)])
    cells = page.get_by_role("radio")
    expect(cells.last).to_have_accessible_name(re.compile("says 4, .* right"))
    assert "4" in shown(page, "title")
    assert re.search(r"lost between [\d,]+ and [\d,]+", shown(page, "edges"), re.IGNORECASE)
    lost = page.get_by_role("radio", name=re.compile("wrong"))
    count = lost.count()
    assert 0 < count < cells.count()

    # Slide there: nobody is asked, the word on the screen is a wrong one.
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    why = shown(page, "why")
    place = int(lost.first.evaluate("cell => [...cell.parentNode.children].indexOf(cell)"))
    page.get_by_role("slider", name="Size").fill(str(place))
    expect(page.locator("[data-part=word]")).to_have_class(re.compile("no"))
    assert "4" not in page.locator("[data-part=word]").inner_text()
    assert shown(page, "why") != why
    assert not any(url.endswith("/pad") for url in asked)


def test_keyboard_truth_and_what_a_reload_keeps(desk):
    page = home(desk)
    page.get_by_role("button", name="Draw an example 9").press("Enter")
    expect(page.get_by_role("radio").last).to_have_accessible_name(re.compile("says 9"))
    chosen = page.get_by_role("radio", checked=True)
    chosen.press("Home")
    expect(page.get_by_role("radio").first).to_be_focused()
    expect(page.get_by_role("slider", name="Size")).to_have_attribute(
        "aria-valuetext", re.compile(r"^50 parameters, says \d")
    )
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio").nth(1)).to_have_attribute("aria-checked", "true")

    # The reader corrects what it is meant to be: right and wrong follow.
    page.get_by_label("I drew").select_option("4")
    expect(page.get_by_role("radio").last).to_have_accessible_name(re.compile("says 9, .* wrong"))
    assert "No size sees" in shown(page, "edges") or "does not see it" in shown(page, "edges")

    page.reload()
    expect(page.get_by_role("radio").last).to_have_accessible_name(re.compile("says 9, .* wrong"))
    expect(page.get_by_role("radio").nth(1)).to_have_attribute("aria-checked", "true")

    # Through a door, with the size that was chosen; back again, the drawing is still there.
    page.get_by_role("link", name="Look inside this one").click()
    expect(page.get_by_role("heading", name="Inside", level=1)).to_be_visible()
    assert "run=ladder_02" in page.url
    page.go_back()
    expect(page.get_by_role("radio").last).to_have_accessible_name(re.compile("says 9"))


def test_where_its_own_way_is_blocked_the_page_answers(desk):
    page = home(desk)
    page.route("**/pad", lambda route: route.abort())
    page.get_by_role("button", name="Draw an example 5").click()
    expect(page.get_by_role("radio").last).to_have_accessible_name(re.compile("says 5, .* right"))
    desk.complaints.clear()  # browsers complain about a request that failed


def test_one_drawing_is_answered_alike_by_page_programs_files_and_chips(
    desk, server, browser, tmp_path
):
    """Floats within 1e-4, integers bit for bit, LiteRT's own within one step, one class for all."""
    pytest.importorskip("onnxruntime")
    if missing := [name for name in ("gcc", "avr-gcc", "simavr") if which(name) is None]:
        pytest.skip(f"needs {', '.join(missing)}: .ci/run installs them")
    run = Run(paths.pretrained_dir() / "ladder_07")
    page = home(desk)
    with page.expect_response("**/pad") as reply:
        draw(page, [(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)])
    drawn = images.read_canvas(reply.value.request.post_data, PAD_SIDE)
    place = sorted(paths.pretrained_dir().glob("ladder_??")).index(run.path)
    shares = reply.value.json()["probabilities"][place]
    picture = images.prepare(drawn, run.config.input_shape, "digit").picture.reshape(28, 28, 1)
    floats = picture[None] / np.float32(255)

    archive = export.bundle(run, ("tflite", "onnx", "html", "c", "tflite_int8")).content
    folder = everywhere.unpacked(archive, tmp_path)
    lab = prediction.ask(run, drawn).prediction
    assert lab
    answers = {
        "the page": shares,
        "the interface": everywhere.by_http(server.address, run.name, drawn),
        "TFLite": prediction.answer_all((folder / "model.tflite").read_bytes(), picture[None])[0],
        "ONNX": ask_onnx(folder / "model.onnx", floats)[0],
        "the HTML file": everywhere.by_html(browser, folder / "network.html", drawn),
    }
    for name, shares in answers.items():
        np.testing.assert_allclose(shares, [*lab.by_class.values()], atol=1e-4, err_msg=name)

    int8 = (folder / "model_int8.tflite").read_bytes()
    network = integer.network(int8)
    (reference,) = integer.run(network, picture[None])
    np.testing.assert_array_equal(
        everywhere.by_c(folder / "cnn" / "cnn.c", network, picture), reference
    )
    assert everywhere.alike_in_simavr(folder / "cnn", network, picture, reference)
    assert not everywhere.alike_in_simavr(folder / "cnn", network, picture, reference ^ 1)
    (litert,) = prediction.answer_all(int8, picture[None])
    (real,) = integer.probabilities(network, picture[None])
    assert np.abs(litert - real).max() <= 1.001 * network.tensors[network.end].scale
    classes = {int(np.argmax(shares)) for shares in (*answers.values(), reference, litert)}
    assert classes == {7}
