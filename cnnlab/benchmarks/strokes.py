"""Milliseconds from the end of a stroke to changed bars on the screen, by the browser's clock."""

import random

from playwright.sync_api import Page

# The board lies in the pad's shadow root, which an observer of the document does not see into.
_WATCH = """() => {
  window.answered = null;
  const board = [...document.querySelectorAll('*')]
    .map((host) => host.shadowRoot?.querySelector('[data-part="board"]')).find(Boolean);
  let before = board.innerHTML, start = null;
  addEventListener('pointerup', () => { start = performance.now(); }, true);
  new MutationObserver(() => {
    if (start === null || board.innerHTML === before) return;
    before = board.innerHTML;
    const from = start;
    start = null;
    requestAnimationFrame(() => setTimeout(() => { window.answered = performance.now() - from; }));
  }).observe(board, {subtree: true, childList: true});
}"""


def draw(page: Page, points: list[tuple[float, float]]) -> None:
    """One stroke on the drawing pad; points as shares of its side."""
    box = page.locator("canvas[data-part=pad]").bounding_box()
    assert box, "the pad is on the screen"
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()


def stroke_ms(page: Page, strokes: int = 40, seed: int = 0) -> list[float]:
    """Milliseconds of each stroke on an open Predict page, sorted; the first two are left out."""
    chance = random.Random(seed)
    page.evaluate(_WATCH)
    samples = []
    for count in range(strokes + 2):
        if count % 4 == 0 and count:
            page.get_by_role("button", name="Clear the pad").click()
            page.get_by_text("Draw something").wait_for()
            page.wait_for_timeout(120)
        page.evaluate("window.answered = null")
        draw(page, [(chance.uniform(0.2, 0.8), chance.uniform(0.2, 0.8)) for _ in range(5)])
        page.wait_for_function("window.answered !== null", timeout=10_000)
        samples.append(page.evaluate("window.answered"))
        page.wait_for_timeout(chance.uniform(100, 400))
    return sorted(samples[2:])
