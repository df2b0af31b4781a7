"""The whole app, as a reader meets it: start, first paint, reruns, strokes, training, stop.

Needs Chromium (`CHROMIUM`, else /usr/bin/chromium) for what happens on the screen.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from cnnlab import runs
from cnnlab.benchmarks._reruns import rerun_ms
from cnnlab.benchmarks._server import Server, browsing, serving
from cnnlab.benchmarks.strokes import stroke_ms
from cnnlab.errors import LabError

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PROGRESS = ".figs [role=progressbar]"  # of a training, on its page

Note = Callable[[str, float, str], None]  # name, value and unit of a figure


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """Start a server of our own, measure it, end it; the figures by name."""
    if not _digit_readers():
        raise LabError("Nothing shipped reads digits: the strokes need a model that answers.")
    figures: dict[str, Any] = {}

    def note(name: str, value: float, unit: str) -> None:
        figures[name] = round(value, 3)
        say(f"{name.replace('_', ' '):48} {value:8.1f} {unit}")

    with browsing() as browser, serving() as server:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)  # a busy machine gives figures, too
        _start(server, page, note)
        time.sleep(15)  # the engine and the spare worker load Keras meanwhile
        _quiet(server, page, note)
        _busy(server, page, note)
        note("server_memory_at_the_end_mib", server.memory_mib(), "MiB")
    return figures


def _digit_readers() -> list[runs.Run]:
    return [run for run in runs.pretrained() if run.config.preparation == "digit"]


def _start(server: Server, page: "Page", note: Note) -> None:
    note("server_answers_s", server.ready_s, "s")
    started = time.perf_counter()
    page.goto(server.address)
    page.get_by_role("heading", name="How small can a network get").wait_for()
    painted = time.perf_counter() - started
    note("first_paint_after_answer_s", painted, "s")
    note("cold_start_to_first_paint_s", server.ready_s + painted, "s")
    note("server_memory_mib", server.memory_mib(), "MiB")


def _quiet(server: Server, page: "Page", note: Note) -> None:
    name = _digit_readers()[0].name
    for path in ("", "architectures", "train", f"inside?run={name}", "predict"):
        word = path.partition("?")[0] or "home"
        _middle(f"rerun_{word}", rerun_ms(server.address, path), note)
    _strokes("stroke_to_bars", server, page, note)


def _busy(server: Server, page: "Page", note: Note) -> None:
    """A training is started in the browser; everything again while it works; then stopped."""
    page.goto(f"{server.address}/train?architecture=mnist_baseline&dataset=digits")
    page.get_by_text("multiply-accumulates").wait_for()
    page.get_by_text("All settings").click()
    page.get_by_label("Epochs", exact=True).fill("2000")
    page.get_by_label("Epochs", exact=True).press("Enter")
    page.wait_for_timeout(1500)
    started = time.perf_counter()
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator(PROGRESS).wait_for(state="attached")
    note("start_acknowledged_s", time.perf_counter() - started, "s")
    page.locator(f'{PROGRESS}[aria-valuetext*=", batch"]').wait_for(state="attached")
    note("start_to_first_live_point_s", time.perf_counter() - started, "s")
    note("longest_gap_between_updates_s", _longest_gap(page), "s")
    run = parse_qs(urlsplit(page.url).query)["run"][0]
    _middle("rerun_train_page_while_training", rerun_ms(server.address, f"train?run={run}"), note)
    _middle("rerun_home_while_training", rerun_ms(server.address, ""), note)
    _strokes("stroke_to_bars_while_training", server, page, note)
    page.goto(f"{server.address}/train?run={run}")
    page.get_by_role("button", name="Stop", exact=True).click()
    started = time.perf_counter()
    folder = runs.Run(server.runs / run)
    while folder.status.active:
        time.sleep(0.02)
    note("stop_takes_effect_s", time.perf_counter() - started, "s")


def _longest_gap(page: "Page", seconds: float = 12.0) -> float:
    """The longest time the progress line stood still while a training ran."""
    bar = page.locator(PROGRESS)
    shown, since, longest = _progress(bar), time.perf_counter(), 0.0
    end = since + seconds
    while (now := time.perf_counter()) < end:
        text = _progress(bar)
        if text != shown:
            longest, shown, since = max(longest, now - since), text, now
        page.wait_for_timeout(20)
    return max(longest, now - since)


def _progress(bar: "Locator") -> str:
    return bar.get_attribute("aria-valuetext") or ""


def _strokes(name: str, server: Server, page: "Page", note: Note) -> None:
    page.goto(f"{server.address}/predict")
    page.locator("canvas[data-part=pad]").wait_for()
    page.wait_for_timeout(1500)
    _middle(name, stroke_ms(page), note)


def _middle(name: str, samples: Sequence[float], note: Note) -> None:
    note(f"{name}_p50_ms", statistics.median(samples), "ms")
    note(f"{name}_p95_ms", samples[max(0, round(0.95 * len(samples)) - 1)], "ms")
