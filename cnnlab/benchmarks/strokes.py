"""Milliseconds from the end of a stroke to changed answers on the screen, by the browser's clock.

On Predict and on Home by one reader, and on Home while a whole class draws. `benchmark app` asks
the same of Predict while a training runs.
"""

import base64
import contextlib
import random
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab.benchmarks._reruns import Reader, open_line
from cnnlab.benchmarks._server import Server, browsing, reading, serving
from cnnlab.errors import LabError
from cnnlab.prediction.board import PAD_PATH, PAD_SIDE

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCREEN = {"width": 1280, "height": 720}
CLASS = 30  # readers on Home at once
PAUSE_S = 1.0  # between two strokes of one of them
PATIENCE_S = 20

# The answers lie in the pad's shadow root, which an observer of the document does not see into.
_WATCH = """(part) => {
  window.answered = null;
  const answers = [...document.querySelectorAll('*')]
    .map((host) => host.shadowRoot?.querySelector(`[data-part="${part}"]`)).find(Boolean);
  let before = answers.innerHTML, start = null;
  addEventListener('pointerup', () => { start = performance.now(); }, true);
  new MutationObserver(() => {
    if (start === null || answers.innerHTML === before) return;
    before = answers.innerHTML;
    const from = start;
    start = null;
    requestAnimationFrame(() => setTimeout(() => { window.answered = performance.now() - from; }));
  }).observe(answers, {subtree: true, childList: true, attributes: true, characterData: true});
}"""
# What stands there once the pad is cleared.
_CLEARED = {"board": "Draw something", "strip": "say of this"}


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """Start a server of our own and draw on it; the figures by name."""
    figures: dict[str, Any] = {}

    def note(name: str, samples: list[float]) -> None:
        ordered = sorted(samples)
        for word, value in (
            ("p50", statistics.median(ordered)),
            ("p95", ordered[max(0, round(0.95 * len(ordered)) - 1)]),
        ):
            figures[f"{name}_{word}_ms"] = round(value, 1)
            say(f"{name.replace('_', ' ') + ' ' + word:44} {value:8.1f} ms")

    with browsing() as browser, serving() as server:
        for page_name, part in (("predict", "board"), ("", "strip")):
            page = browser.new_page(viewport=SCREEN)
            page.goto(f"{server.address}/{page_name}")
            page.locator("canvas[data-part=pad]").wait_for()
            page.wait_for_timeout(3000)
            note(f"stroke_on_{page_name or 'home'}", stroke_ms(page, part=part))
        posts: list[float] = []
        with drawing(server, CLASS - 1, posts):
            note(f"stroke_on_home_among_{CLASS}", stroke_ms(page, part="strip"))
        note(f"request_of_all_sizes_among_{CLASS}", posts)
    return figures


def draw(page: "Page", points: list[tuple[float, float]]) -> None:
    """One stroke on the drawing pad; points as shares of its side."""
    box = page.locator("canvas[data-part=pad]").bounding_box()
    assert box, "the pad is on the screen"
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()


def stroke_ms(page: "Page", strokes: int = 40, seed: int = 0, part: str = "board") -> list[float]:
    """Milliseconds of each stroke on an open page with a pad, sorted; the first two are left out.

    Args:
        part: Where the answers stand: the "board" of Predict or the "strip" of Home.
    """
    chance = random.Random(seed)
    page.evaluate(_WATCH, part)
    samples = []
    for count in range(strokes + 2):
        if count % 4 == 0 and count:
            page.get_by_role("button", name="Clear the pad").click()
            page.get_by_text(_CLEARED[part]).first.wait_for()
            page.wait_for_timeout(120)
        page.evaluate("window.answered = null")
        draw(page, [(chance.uniform(0.2, 0.8), chance.uniform(0.2, 0.8)) for _ in range(5)])
        page.wait_for_function("window.answered !== null", timeout=10_000)
        samples.append(page.evaluate("window.answered"))
        page.wait_for_timeout(chance.uniform(100, 400))
    return sorted(samples[2:])


@contextlib.contextmanager
def drawing(server: Server, readers: int, posts: list[float]) -> Iterator[None]:
    """So many readers on Home, each with a socket of its own, until the block ends.

    A reader's stroke is the request for all answers, whose milliseconds go to `posts`, and then
    one run of the whole page, which is more than the browser asks for.
    """
    with reading([partial(_read, server, number, posts) for number in range(readers)]):
        yield
    if not posts:
        raise LabError("A reader broke down: nobody drew.")


def _read(server: Server, number: int, posts: list[float], over: threading.Event) -> None:
    """One reader: open the page, then draw about once a second."""
    chance = np.random.default_rng(number)
    with open_line(server.address) as line:
        reader = Reader(line, "")
        ticket = reader.find(rb'"ticket": ?"([^"]+)"')
        over.wait(chance.uniform(0, PAUSE_S))
        while not over.is_set():
            started = time.perf_counter()
            _post(server, ticket, _scribble(chance))
            posts.append(1000 * (time.perf_counter() - started))
            reader.rerun_ms()
            over.wait(PAUSE_S * chance.uniform(0.7, 1.3))


def _post(server: Server, ticket: str, raster: bytes) -> None:
    headers = {"X-CNNLab-Ticket": ticket, "Accept": "application/json"}
    request = urllib.request.Request(server.address + PAD_PATH, raster, headers, method="POST")
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        answer.read()


def _scribble(chance: np.random.Generator) -> bytes:
    """A few thick lines, as the pad sends a drawing."""
    grey = np.zeros((PAD_SIDE, PAD_SIDE), np.uint8)
    for _ in range(3):
        top, left = chance.integers(20, 90, 2)
        down = chance.random() < 0.5
        grey[top : top + (60 if down else 12), left : left + (12 if down else 45)] = 255
    return base64.b64encode(grey.tobytes())
