"""Milliseconds from a click to the finished view on the Inside page, by the browser's clock.

Each sample runs from the press to the last change of the page that follows it within a quiet
half second. `CNNLAB_BENCHMARK_RUN` names another run than the shipped `mnist_approach_1`.
"""

import os
import statistics
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

from cnnlab.benchmarks._server import browsing, serving

_QUIET_MS = 500
_WATCH = """() => {
  window.start = null; window.last = null;
  addEventListener('pointerdown', () => {
    window.start = performance.now(); window.last = null; }, true);
  const note = () => { if (window.start !== null) window.last = performance.now(); };
  const see = (root) => new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) dive(node);
    note();
  }).observe(root, {subtree: true, childList: true, attributes: true, characterData: true});
  const dive = (node) => {
    if (node.shadowRoot) see(node.shadowRoot);
    node.querySelectorAll?.('*').forEach((n) => { if (n.shadowRoot) see(n.shadowRoot); });
  };
  see(document.querySelector('[data-testid="stMain"]'));
  dive(document.body);
}"""
_SETTLED = f"""() => window.last !== null && performance.now() - window.last > {_QUIET_MS}
  && !document.querySelector('[data-testid="stSpinner"]')
  && !document.querySelector('[data-stale="true"]')"""


def _settle_ms(page: Page, press: Locator) -> float:
    """Press and wait until nothing changes any more; milliseconds to the last change."""
    press.click()
    page.wait_for_function(_SETTLED, timeout=60_000)
    return page.evaluate("window.last - window.start")


def _view(page: Page, name: str) -> Locator:
    """The button of a view."""
    return page.get_by_role("radio", name=name)


def _tile(page: Page, number: int) -> Locator:
    """One of the page's picture tiles."""
    return page.locator("button.tile").nth(number)


def _rounds(page: Page, rounds: int) -> dict[str, list[float]]:
    """Samples by what was pressed; the first round warms everything up and does not count."""
    views = ("Kernels", "Feature maps", "Arithmetic", "Where did it look", "What does a filter")
    taken: dict[str, list[float]] = {}
    for turn in range(rounds + 1):
        for name in views:
            samples = [(f"to {name}", _settle_ms(page, _view(page, name)))]
            if name in ("Feature maps", "Arithmetic", "Where did it look"):
                samples.append(
                    (f"{name}: another picture", _settle_ms(page, _tile(page, turn + 1)))
                )
            if name == "Feature maps":
                samples.append(("Feature maps: enlarge a map", _settle_ms(page, _tile(page, 24))))
            if name == "Arithmetic":
                step = page.get_by_role("button", name="Next")
                samples.append(("Arithmetic: next", _settle_ms(page, step)))
            if name == "What does a filter":
                samples.append(("Filter: another filter", _settle_ms(page, _tile(page, turn + 2))))
            for kind, value in samples if turn else []:
                taken.setdefault(kind, []).append(value)
    return taken


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """Open a run's views in turn and press what can be pressed; medians by what was pressed."""
    run = os.environ.get("CNNLAB_BENCHMARK_RUN", "mnist_approach_1")
    figures = {}
    with browsing() as browser, serving() as server:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{server.address}/inside?run={run}&view=maps")
        page.locator("button.tile").nth(25).wait_for(timeout=60_000)
        page.wait_for_timeout(8000)  # the spare worker loads Keras meanwhile
        page.evaluate(_WATCH)
        for kind, samples in _rounds(page, rounds=3).items():
            figures[kind] = {"p50_ms": statistics.median(samples), "max_ms": max(samples)}
            say(f"{kind:36} median {figures[kind]['p50_ms']:5.0f} ms, max {max(samples):5.0f} ms")
    return figures
