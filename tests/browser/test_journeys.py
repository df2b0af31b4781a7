"""The whole way in a real browser: train, watch, lose the server, stop, resume, look, draw."""

import io
import math
import re
import time
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from cnnlab import runs
from cnnlab.runs import Run
from tests.browser.conftest import paused, quiet
from tests.small_tflite import tflite

EPOCHS = 16
TRAINS = True
pytestmark = pytest.mark.timeout(900)  # several waits, each of them with patience


def sound(page: Page) -> Page:
    """The page, settled, without a stack trace."""
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    return page


def badge(page: Page, word: str):
    """The word that tells a run's state."""
    return page.locator(".stMarkdownBadge", has_text=re.compile(f"^{word}$"))


def learning(page: Page):
    """The strip of figures, while batches are counted."""
    return page.locator(f'.figs [aria-valuetext*=" of {EPOCHS}, batch"]')


def fill(page: Page, label: str, value: int) -> None:
    """Type into a number field of a page that stands still, and leave it."""
    field = quiet(sound(page)).get_by_role("spinbutton", name=label)
    field.fill(str(value))
    field.press("Enter")
    expect(field).to_have_value(str(value))


def choose(page: Page, label: str, words: str) -> None:
    """Take the entry of a list that begins so."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=re.compile(f"^{words}")).click()


def board(page: Page) -> str:
    """The board of answers as it stands: what the network sees, and the bars."""
    return page.locator(".board").inner_html()


def wait_until(true: Callable[[], bool], seconds: float = 120.0) -> None:
    """Come back when `true()` is; fail after a long while."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def test_train_watch_restart_stop_resume_look_and_draw(desk, server):
    page = desk.tab()
    expect(page.get_by_role("heading", name="How small can a network get")).to_be_visible()
    sound(page).get_by_role("link", name="Train one yourself").click()

    # Fill the form and start.
    choose(page, "Dataset", "Digits")
    expect(page.get_by_text("over 1,294 pictures")).to_be_visible()  # now of the digits
    page.get_by_text("All settings").click()
    fill(page, "Batch size", 4)
    fill(page, "Epochs", EPOCHS)
    expect(page.get_by_text(f"{EPOCHS} epochs over")).to_be_visible()  # the server has it
    expect(page.get_by_text("61,706 parameters")).to_be_visible()
    sound(page).get_by_role("button", name="Start", exact=True).click()
    expect(badge(page, "training")).to_be_visible()
    run = Run(server.runs / "0001-lenet5-digits")

    # Live points appear, in a second tab as well.
    expect(learning(page)).to_have_count(1)
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    with paused(run):
        second = desk.tab(f"/train?run={run.name}")
        expect(badge(second, "training")).to_be_visible()
        # No batch is counted where it is held between two epochs.
        expect(second.locator(".figs [role=progressbar]")).to_have_count(1)
        expect(second.locator(".js-plotly-plot")).to_have_count(3)

        # Stop in the middle; both tabs say so.
        page.get_by_role("button", name="Stop").click()
    expect(badge(page, "stopped")).to_be_visible()
    expect(badge(second, "stopped")).to_be_visible()
    epochs = len(run.history)
    assert epochs < EPOCHS
    assert run.status.epoch == epochs

    # Resume; the server is killed meanwhile, and the training knows nothing of it.
    sound(page).get_by_role("button", name="Resume").click()
    expect(badge(page, "training")).to_be_visible()
    expect(learning(page)).to_have_count(1)
    assert desk.complaints == []
    worker = run.status.pid
    server.kill()
    assert run.status.pid == worker
    assert run.status.state in ("running", "done")
    server.start()
    page.reload()
    second.close()
    page.bring_to_front()
    # Trainings make way for browsers and other tests: on a busy machine this one takes its time.
    expect(badge(page, "done")).to_be_visible(timeout=180_000)
    desk.complaints.clear()  # browsers complain about a server that is gone
    assert [row.epoch for row in run.history] == list(range(1, EPOCHS + 1))
    expect(page.get_by_text("never trained or chosen on")).to_be_visible()

    # Look at its kernels.
    sound(page).get_by_role("link", name="Look inside").click()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    assert run.name in page.url
    sound(page)

    # Draw for it: every stroke changes the bars, without a button.
    page.goto(f"{server.address}/predict?run={run.name}")
    expect(page.get_by_text("Draw something")).to_be_visible()
    sound(page)
    for strokes in (((0.5, 0.2), (0.5, 0.8)), ((0.3, 0.25), (0.7, 0.25), (0.35, 0.8))):
        before = board(page)
        stroke(page, *strokes)
        expect(page.get_by_text(re.compile("The model says|Unsure"))).to_be_visible()
        wait_until(lambda before=before: board(page) != before)
    sound(page)
    assert "Traceback" not in server.log()


def stroke(page: Page, *points: tuple[float, float]) -> None:
    """One stroke of the mouse on the drawing pad; points as shares of its side."""
    box = page.locator("canvas[data-part=pad]").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def test_a_card_of_the_gallery_opens_its_network_and_back_leads_to_the_gallery(desk, server):
    page = desk.tab()
    page.goto(f"{server.address}/architectures")
    page.get_by_role("link", name="LeNet-5", exact=True).click()
    expect(page.get_by_role("heading", name="LeNet-5")).to_be_visible()
    assert page.url.endswith("architectures?architecture=lenet5")
    page.go_back()
    expect(page.get_by_role("link", name="LeNet-5", exact=True)).to_be_visible()
    sound(page)


def test_the_pad_is_answered_through_the_page_where_its_own_way_is_cut(desk, server):
    page = desk.tab()
    page.goto(f"{server.address}/predict")
    asked = []
    page.route("**/pad", lambda route: (asked.append(route.request.url), route.abort()))
    page.get_by_role("button", name="Draw an example 4").click()
    expect(page.locator(".opinion")).to_contain_text(re.compile("says? 4"))
    assert asked == [f"{server.address}/pad"]
    page.unroute_all()
    with page.expect_response("**/pad") as reply:
        page.get_by_role("button", name="Clear the pad").click()
    assert "Draw something" in reply.value.text()
    expect(page.locator(".opinion")).to_contain_text("Draw something")
    desk.complaints.clear()  # browsers complain about a request that failed


def test_every_page_of_the_menu_opens(desk, server):
    page = desk.tab()
    menu = page.get_by_test_id("stSidebarNavLink")
    expect(menu.first).to_be_visible()
    names = [text.split("\n")[-1] for text in menu.all_inner_texts()]
    assert len(names) >= 5
    for number, name in enumerate(names):
        menu.nth(number).click()
        title = "How small can a network get" if name == "Home" else name
        expect(page.get_by_role("heading", name=title, level=1).first).to_be_visible()
        sound(page)
    assert "Traceback" not in server.log()


def ring(page: Page, place: float) -> None:
    """A ring on the pad."""
    turns = [number * math.tau / 12 for number in range(13)]
    points = [(place + 0.3 * math.cos(t), 0.5 + 0.3 * math.sin(t)) for t in turns]
    stroke(page, *points)


def bar_file(number: int) -> dict[str, str | bytes]:
    """A file with an upright bar, white on black; no two alike."""
    picture = Image.new("L", (140, 140))
    ImageDraw.Draw(picture).line((70, 20 + number, 70 + 2 * number, 120), fill=255, width=12)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return {"name": f"{number}.png", "mimeType": "image/png", "buffer": stream.getvalue()}


def test_own_classes_are_drawn_and_sent_trained_on(desk, server):
    page = desk.tab("/datasets?make=own")
    page.get_by_role("button", name="Start with two classes").click()
    page.get_by_label("Name of class 1").fill("ring")
    page.get_by_label("Name of class 1").press("Enter")
    page.get_by_text("Draw", exact=True).first.click()
    expect(page.locator("canvas[data-part=pad]")).to_be_visible()
    for number in range(8):  # quicker than the page answers
        ring(page, 0.4 + 0.03 * number)
        page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("Delete picture . of ring"))).to_have_count(8)
    page.get_by_text("Files", exact=True).nth(1).click()
    page.locator("input[type=file][multiple]").set_input_files([bar_file(n) for n in range(7)])
    expect(page.get_by_role("button", name=re.compile("of Class 2"))).to_have_count(7)
    page.reload()  # all of it lies on the server's disk
    expect(page.get_by_role("button", name=re.compile("of ring"))).to_have_count(8)
    sound(page).get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url("**/train?run=*")
    run = Run(server.runs / page.url.partition("run=")[2])
    assert run.config.labels == ("Class 2", "ring")
    # That a training ends, another journey waits for: this one is ended by hand, with a network
    # that sees a ring in everything.
    runs.request_stop(run)
    expect(badge(page, "stopped")).to_be_visible(timeout=180_000)
    _end(run, says="ring")
    page.reload()
    sound(page).get_by_role("link", name="Draw for it").click()
    page.wait_for_url("**/predict?run=*")
    page.get_by_role("button", name="Draw an example 0").click()
    expect(page.locator(".answer .big:visible").first).to_contain_text("ring")
    expect(page.locator(".answer th:visible")).to_have_text(["Class 2", "ring"])


def _end(run: Run, says: str) -> None:
    """What a finished run has: a network, its figures, its word that it is done."""
    labels = run.config.labels
    scores = np.zeros(len(labels))
    scores[labels.index(says)] = 6
    pixels = int(np.prod(run.config.input_shape))
    network = tflite(np.zeros((len(labels), pixels)), scores, run.config.input_shape)
    run.tflite_file.write_bytes(network)
    (run.path / "metrics.json").write_text('{"test_accuracy": 0.9, "params": 100}')
    (run.path / "status.json").write_text('{"state": "done", "epoch": 1}')
