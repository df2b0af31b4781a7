"""Milliseconds from a click to the finished view on the Inside page, in Chromium.

    python tests/browser/measure_inside.py http://localhost:8501 mnist_approach_1

Each sample runs from the press to the last change of the page that follows it within a quiet
half second, by the browser's own clock. Prints the median and the maximum of each kind.
"""

import argparse
import os
import statistics
import sys

from playwright.sync_api import Locator, Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
QUIET_MS = 500
WATCH = """() => {
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
SETTLED = f"""() => window.last !== null && performance.now() - window.last > {QUIET_MS}
  && !document.querySelector('[data-testid="stSpinner"]')
  && !document.querySelector('[data-stale="true"]')"""


def settle_ms(page: Page, press: Locator) -> float:
    """Press and wait until nothing changes any more; milliseconds to the last change."""
    press.click()
    page.wait_for_function(SETTLED, timeout=60_000)
    return page.evaluate("window.last - window.start")


def view(page: Page, name: str) -> Locator:
    """The button of a view."""
    return page.get_by_role("radio", name=name)


def tile(page: Page, number: int) -> Locator:
    """One of the page's picture tiles."""
    return page.locator("button.tile").nth(number)


def measure(page: Page, rounds: int) -> dict[str, list[float]]:
    """Samples by what was pressed; the first round warms everything up and does not count."""
    views = ("Kernels", "Feature maps", "Arithmetic", "Where did it look", "What does a filter")
    taken: dict[str, list[float]] = {}
    for turn in range(rounds + 1):
        for name in views:
            samples = [(f"to {name}", settle_ms(page, view(page, name)))]
            if name in ("Feature maps", "Arithmetic", "Where did it look"):
                samples.append((f"{name}: another picture", settle_ms(page, tile(page, turn + 1))))
            if name == "Feature maps":
                samples.append(("Feature maps: enlarge a map", settle_ms(page, tile(page, 24))))
            if name == "Arithmetic":
                step = page.get_by_role("button", name="Next")
                samples.append(("Arithmetic: next", settle_ms(page, step)))
            if name == "What does a filter":
                samples.append(("Filter: another filter", settle_ms(page, tile(page, turn + 2))))
            for kind, value in samples if turn else []:
                taken.setdefault(kind, []).append(value)
    return taken


def main() -> None:
    """Measure one run's views and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("run")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--chromium", default=os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    asked = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{asked.address}/inside?run={asked.run}&view=maps")
        page.locator("button.tile").nth(25).wait_for(timeout=60_000)
        page.wait_for_timeout(1500)
        page.evaluate(WATCH)
        for kind, samples in measure(page, asked.rounds).items():
            middle, worst = statistics.median(samples), max(samples)
            sys.stdout.write(f"{kind:36} median {middle:5.0f} ms, max {worst:5.0f} ms\n")
        browser.close()


if __name__ == "__main__":
    main()
