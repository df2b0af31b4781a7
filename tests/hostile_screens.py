"""Pictures of every page and box that shows words from outside, with hostile words in them.

`python -m tests.hostile_screens FOLDER [PAGE ...]` fills a store of its own, opens each page that
begins so at two sizes, and writes a picture of each into FOLDER for somebody to look at. What a
script can see is printed: words obeyed, words cut, anything wider than the window.
"""

import os
import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from cnnlab import paths
from cnnlab.benchmarks._server import browsing, serving
from tests import hostile_store
from tests.hostile_store import WORDS

SIZES = ((1280, 3200), (390, 4000))
# An ellipsis says that there is more.
CUT = (Path(__file__).parent / "browser" / "layout.js").read_text()
CUT = CUT.replace("if (hides(up) &&", "if (style.textOverflow !== 'ellipsis' && hides(up) &&")
# Elements that exist only where one of the words was obeyed.
OBEYED = """() => [
  'img[src$="/x"]', '[href^="javascript"]', '[href*="e.xx"]', '.katex',
  '[data-testid=stMain] del', '[data-testid=stMarkdownBadge]', '[data-testid=stMain] h1#title',
].filter((wanted) => document.querySelector(wanted)).concat(
  document.title === 'followed' ? ['a script ran'] : [])"""


def _addresses() -> dict[str, tuple[str, dict[str, object]]]:
    """Name of a picture to a page and what its address says."""
    run, failed, long = "0001-hostile", "0011-hostile", "0010-hostile"
    some = [f"{n:04d}-hostile" for n in range(1, 11)]
    evil = WORDS[3] + WORDS[1]
    found: dict[str, tuple[str, dict[str, object]]] = {
        "home": ("", {}),
        "train": ("train", {}),
        "train-own": ("train", {"dataset": "own-mine", "architecture": "lenet5"}),
        "train-done": ("train", {"run": run}),
        "train-failed": ("train", {"run": failed}),
        "train-long": ("train", {"run": "0012-hostile"}),
        "train-study": ("train", {"study": "hostile"}),
        "how_small": ("how_small", {"study": "hostile"}),
        "predict": ("predict", {"run": some[:3]}),
        "predict-long": ("predict", {"run": long}),
        "datasets": ("datasets", {"dataset": "own-mine"}),
        "datasets-boxes": ("datasets", {"make": "own"}),
        "architectures": ("architectures", {"architecture": "lenet5", "run": run}),
        "clinic": ("clinic", {"run": run}),
        "clinic-failed": ("clinic", {"run": failed}),
        "break_it": ("break_it", {"run": some[:3]}),
        "lessons": ("lessons", {}),
        "rooms": ("rooms", {}),
    }
    for page, views in {
        "inside": ("kernels", "maps", "arithmetic", "heat", "wants", "replay", "surgery"),
        "evaluate": ("Confusion", "Mistakes", "Confidence", "Classes", "Against another"),
        "compress": ("Make smaller", "Family and ledger", "What was forgotten", "Export"),
    }.items():
        for view in views:
            found[f"{page}-{view}"] = (page, {"run": run, "view": view})
        found[f"{page}-long"] = (page, {"run": long})
    for view in ("Side by side", "Within a budget", "Published beside measured", "Records"):
        found[f"compare-{view}"] = ("compare", {"run": some, "view": view})
    for step in range(1, 11):
        where = {"lesson": "hostile", "step": step, "run": "lenet5", "view": "kernels"}
        found[f"lesson-{step}"] = ("inside", where)
    for page in sorted(file.stem for file in (paths.ROOT / "pages").glob("[a-z]*.py")):
        names = ("run", "dataset", "architecture", "clone", "view", "layer", "study")
        path = "" if page == "home" else page
        for number, words in enumerate((evil, WORDS[9])):
            query = dict.fromkeys((*names, "lesson"), words)
            if page == "rooms":  # from everywhere else it leads there
                query |= {"room": words, "of": words}
            found[f"address-{page}-{number}"] = (path, query)
    return found


def settled(page: Page, address: str) -> None:
    """The page, once it has drawn everything."""
    page.goto(address)
    shown = page.locator(
        "[data-testid=stMain] :is(h1, .desk, .said, [data-testid=stAlert]):visible"
    )
    expect(shown.first).to_be_visible()
    still(page)


def still(page: Page) -> None:
    """Nothing runs any more."""
    page.wait_for_timeout(600)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    page.wait_for_timeout(300)


def look(page: Page, name: str, folder: Path) -> None:
    """Pictures at all sizes, and what a script can see."""
    file = re.sub(r"\W+", "-", name)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        still(page)
        wrong = page.evaluate(OBEYED) + page.evaluate(CUT)
        if page.get_by_test_id("stException").count():
            wrong.append("a stack trace")
        page.screenshot(path=folder / f"{file}-{width}.png")
        sys.stdout.write(f"{name} {width}: {'; '.join(wrong) or 'nothing'}\n")
        sys.stdout.flush()


def _teach(page: Page) -> None:
    """Give the teacher's word, if this tab has not."""
    page.get_by_label("Token", exact=True).fill("owl")
    page.get_by_label("Token", exact=True).press("Enter")
    still(page)


def main() -> None:
    """Fill, open, look."""
    place = Path(tempfile.mkdtemp(prefix="cnnlab-hostile-"))
    os.environ |= {
        "CNNLAB_RUNS": str(place / "runs"),
        "CNNLAB_DATA": str(place / "data"),
        "CNNLAB_LESSONS": str(place / "lessons"),
        "CNNLAB_SPARE": "0",
        "CNNLAB_TEACHER": "owl",
    }
    folder, wanted = Path(sys.argv[1]), sys.argv[2:] or [""]
    folder.mkdir(parents=True, exist_ok=True)
    hostile_store.fill(place)
    with browsing() as browser, serving({"CNNLAB_RUNS": str(place / "runs")}) as server:
        page = browser.new_page(reduced_motion="reduce")
        page.set_default_timeout(120_000)
        expect.set_options(timeout=120_000)
        for name, (path, query) in _addresses().items():
            if name.startswith(tuple(wanted)):
                settled(page, f"{server.address}/{path}?{urlencode(query, doseq=True)}")
                if path == "rooms":
                    _teach(page)
                look(page, name, folder)


if __name__ == "__main__":
    main()
