"""A classroom on this machine: thirty live pages on one training, then fifty small trainings.

Needs no browser: the pages are held open by their sockets, and their clocks are obeyed as a
browser would. `CNNLAB_BENCHMARK_TABS`, `_SECONDS` and `_CYCLES` set other numbers.
"""

import io
import json
import os
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from cnnlab import recipe, runs
from cnnlab.benchmarks.reruns import Tab, open_line, rerun_ms
from cnnlab.benchmarks.server import Server, serving
from cnnlab.benchmarks.workers import own_store
from cnnlab.errors import LabError
from cnnlab.runs import Run

_SETTLED_AFTER = 5  # cycles: what is loaded once is loaded then
_PATIENCE_S = 180.0


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
        _live_pages(server, tabs, seconds, note)
        _cycles(server, cycles, note)
    return figures


def _live_pages(server: Server, tabs: int, seconds: int, note: Callable[..., None]) -> None:
    """One training, `tabs` pages that watch it: how long each tick of their clocks takes."""
    settings = {"epochs": 2000, "batch_size": 32}
    run = runs.create(recipe.plan("mnist_baseline", "digits", settings))
    _wait(lambda: bool(run.history), run)
    ticks: list[float] = []
    failures: list[str] = []
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_watch, args=(server, run, number / tabs, end, ticks, failures))
        for number in range(tabs)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures or not ticks:
        raise LabError(f"A live page broke down: {(failures or ['no tick came'])[0]}")
    ticks.sort()
    note("live_page_ticks_per_s", len(ticks) / seconds, "1/s")
    note("live_page_rerun_p50_ms", statistics.median(ticks), "ms")
    note("live_page_rerun_p95_ms", ticks[max(0, round(0.95 * len(ticks)) - 1)], "ms")
    note("images_per_s_meanwhile", run.history[-1]["images_per_s"], "1/s")
    note("server_memory_mib", server.memory_mib(), "MiB")
    note("engine_memory_mib", server.engine_mib(), "MiB")
    runs.request_stop(run)
    _wait(lambda: not run.status.active, run)


def _watch(
    server: Server, run: Run, delay: float, end: float, ticks: list[float], failures: list[str]
) -> None:
    """One reader: open the page, then tick with its clock."""
    time.sleep(delay)
    try:
        with open_line(server.address) as line:
            tab = Tab(line, f"train?run={run.name}")
            while time.monotonic() < end:
                taken = tab.tick_ms()
                ticks.append(taken)
                time.sleep(max(0.0, tab.interval_s - taken / 1000))
    except (LabError, OSError, EOFError) as error:
        failures.append(str(error))


def _cycles(server: Server, cycles: int, note: Callable[..., None]) -> None:
    """Train a little, predict, look inside, again and again: does memory stay?"""
    settings = {"epochs": 1, "train_limit": 100}
    for cycle in range(1, cycles + 1):
        run = runs.create(recipe.plan("lenet5", "digits", settings | {"seed": cycle}))
        _wait(lambda run=run: not run.status.active, run)
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


def _wait(true: Callable[[], bool], run: Run) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not true():
        if time.monotonic() > deadline:
            raise LabError(f"{run.name} came to nothing within {_PATIENCE_S:.0f} s.")
        time.sleep(0.05)
