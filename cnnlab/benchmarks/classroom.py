"""A classroom on this machine: thirty pupils in a room, who draw and look at its wall while five
trainings wait; then thirty live pages on one training, fifty small trainings, and a store of five
hundred runs.

Needs no browser: the pages are held open by their sockets, and their clocks are obeyed as a
browser would. `CNNLAB_BENCHMARK_TABS`, `_SECONDS` and `_CYCLES` set other numbers.
"""

import contextlib
import io
import json
import os
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from PIL import Image

from cnnlab import recipe, runs
from cnnlab.benchmarks._reruns import Tab, open_line, rerun_ms
from cnnlab.benchmarks._room import room_of
from cnnlab.benchmarks._server import Server, reading, serving
from cnnlab.benchmarks._workers import own_store
from cnnlab.errors import LabError
from cnnlab.runs import Run

_SETTLED_AFTER = 5  # cycles: what is loaded once is loaded then
_PATIENCE_S = 180.0
_MANY_RUNS = 500
_TURNS = 3


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """Start a server of our own, fill it with readers, measure it, end it; figures by name."""
    tabs, seconds, cycles = (
        int(os.environ.get(f"CNNLAB_BENCHMARK_{name}") or usual)
        for name, usual in (("TABS", 30), ("SECONDS", 30), ("CYCLES", 50))
    )
    figures: dict[str, Any] = {"tabs": tabs, "cycles": cycles}

    def note(name: str, value: float, unit: str) -> None:
        figures[name] = round(value, 2)
        say(f"{name.replace('_', ' '):44} {value:8.1f} {unit}")

    with serving() as server, own_store(str(server.runs)):
        room_of(server, tabs, seconds, note)
        _live_pages(server, tabs, seconds, note)
        _cycles(server, cycles, note)
        _long_store(server, note)
    return figures


def _long_store(server: Server, note: Callable[..., None]) -> None:
    """The list of runs when it is long: copies of the last one by their small files."""
    last = runs.list_runs()[0]
    for number in range(1000, 1000 + _MANY_RUNS - len(runs.list_runs())):
        folder = last.path.with_name(f"{number:04d}-lenet5-digits")
        folder.mkdir()
        for file in ("config.json", "metrics.json", "status.json"):
            os.link(last.path / file, folder / file)
    samples = rerun_ms(server.address, "train")
    note(f"list_of_{_MANY_RUNS}_runs_p50_ms", statistics.median(samples), "ms")
    note(f"list_of_{_MANY_RUNS}_runs_most_ms", samples[-1], "ms")


def _live_pages(server: Server, tabs: int, seconds: int, note: Callable[..., None]) -> None:
    """One training, and no page, one page and `tabs` pages that watch it."""
    settings = {"epochs": 2000, "batch_size": 32}
    run = runs.create(recipe.plan("mnist_baseline", "digits", settings))
    _wait(lambda: bool(run.history), run)
    time.sleep(8.0)  # the engine and the worker in reserve load Keras meanwhile
    alone: list[float] = []
    watched: list[float] = []
    ticks: list[float] = []
    many: list[float] = []
    for _ in range(_TURNS):  # in turns: this machine is not equally fast all the time
        alone.append(_images_per_s(run, seconds / _TURNS))
        with _readers(server, run, 1, ticks):
            watched.append(_images_per_s(run, seconds / _TURNS))
    _note_ticks("one_live_page", ticks, note)
    note("images_per_s_without_a_page", statistics.median(alone), "1/s")
    note("images_per_s_with_one_page", statistics.median(watched), "1/s")
    share = statistics.median(watched) / statistics.median(alone)
    note("share_left_with_one_page", 100 * share, "%")
    with _readers(server, run, tabs, many):
        rate = _images_per_s(run, seconds)
    _note_ticks("live_page", many, note)
    note("live_page_ticks_per_s", len(many) / seconds, "1/s")
    note("images_per_s_meanwhile", rate, "1/s")
    note("server_memory_mib", server.memory_mib(), "MiB")
    note("engine_memory_mib", server.engine_mib(), "MiB")
    runs.request_stop(run)
    _wait(partial(_over, run), run)


def _note_ticks(name: str, ticks: list[float], note: Callable[..., None]) -> None:
    ticks.sort()
    note(f"{name}_rerun_p50_ms", statistics.median(ticks), "ms")
    note(f"{name}_rerun_p95_ms", ticks[max(0, round(0.95 * len(ticks)) - 1)], "ms")


def _images_per_s(run: Run, seconds: float) -> float:
    """Pictures trained on in a second: the median of the epochs that end meanwhile."""
    known = len(run.history) + 1  # the epoch in work began before
    time.sleep(seconds)
    _wait(lambda: len(run.history) > known, run)
    return statistics.median(row.images_per_s for row in run.history[known:])


@contextlib.contextmanager
def _readers(server: Server, run: Run, tabs: int, ticks: list[float]) -> Iterator[None]:
    """As many open live pages, until the block ends; each tick's milliseconds go to `ticks`."""
    pages = [partial(_watch, server, run, number / tabs, ticks) for number in range(tabs)]
    with reading(pages):
        yield
    if not ticks:
        raise LabError("A live page broke down: no tick came.")


def _watch(
    server: Server, run: Run, delay: float, ticks: list[float], over: threading.Event
) -> None:
    """One reader: open the page, then tick with its clock."""
    over.wait(delay)
    with open_line(server.address) as line:
        tab = Tab(line, f"train?run={run.name}")
        while not over.is_set():
            taken = tab.tick_ms()
            ticks.append(taken)
            over.wait(max(0.0, tab.interval_s - taken / 1000))


def _cycles(server: Server, cycles: int, note: Callable[..., None]) -> None:
    """Train a little, predict, look inside, again and again: does memory stay?"""
    settings = {"epochs": 1, "train_limit": 100}
    for cycle in range(1, cycles + 1):
        run = runs.create(recipe.plan("lenet5", "digits", settings | {"seed": cycle}))
        _wait(partial(_over, run), run)
        if run.status.state != "done":
            raise LabError(f"{run.name} is {run.status.state}: {run.status.message}")
        _predict(server, run)
        rerun_ms(server.address, f"train?run={run.name}", count=1)
        rerun_ms(server.address, f"evaluate?run={run.name}", count=1)  # asks the engine
        if cycle in (_SETTLED_AFTER, cycles):
            note(f"server_after_{cycle}_cycles_mib", server.memory_mib(), "MiB")
            note(f"engine_after_{cycle}_cycles_mib", server.engine_mib(), "MiB")


def _predict(server: Server, run: Run) -> None:
    """Ask the server over HTTP what a picture shows."""
    file = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    request = urllib.request.Request(
        f"{server.address}/api/models/{run.name}/predict",
        data=file.getvalue(),
        headers={"Content-Type": "image/png"},
    )
    if token := os.environ.get("CNNLAB_TOKEN"):
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        json.load(answer)


def _over(run: Run) -> bool:
    return not run.status.active


def _wait(true: Callable[[], bool], run: Run) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not true():
        if time.monotonic() > deadline:
            raise LabError(f"{run.name} came to nothing within {_PATIENCE_S:.0f} s.")
        time.sleep(0.05)
