"""What many readers at once cost one: twenty heavy views, and forty large pictures.

Twenty views that each keep the engine busy are pressed in the same moment; meanwhile a light page
is opened again and again. Then forty pictures of 3.9 megapixels are sent for a prediction at once,
and the server's memory is read before and after.
"""

import io
import threading
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from PIL import Image

from cnnlab import runs
from cnnlab.benchmarks._reruns import Reader, open_line
from cnnlab.benchmarks._server import Server, serving
from cnnlab.errors import LabError

HEAVY = 20
VIEWS = ("wants", "heat", "maps", "replay")
LIGHT = "architectures?architecture=lenet5"
PICTURES, SIDES = 40, (1_975, 1_975)  # 3.9 megapixels
SETTLED_S = 30.0  # after so long memory counts as not given back


def measure(say: Callable[[str], None]) -> dict[str, Any]:
    """Start a server of our own and crowd it; the figures by name."""
    figures: dict[str, Any] = {}

    def note(name: str, value: float, unit: str) -> None:
        figures[name] = round(value, 3)
        say(f"{name.replace('_', ' '):48} {value:8.1f} {unit}")

    with serving() as server:
        opened_s(server.address, LIGHT)  # the engine is ready then
        alone = max(opened_s(server.address, LIGHT) for _ in range(5))
        note("light_page_alone_s", alone, "s")
        answered, beside = _heavy(server)
        note("heavy_views_last_answered_s", max(answered), "s")
        note("light_page_slowest_beside_s", beside, "s")
        before, peak, after = _pictures(server)
        note("memory_before_pictures_mib", before, "MiB")
        note("memory_at_most_mib", peak, "MiB")
        note("memory_after_pictures_mib", after, "MiB")
    return figures


def opened_s(address: str, page: str) -> float:
    """Seconds from opening a page in a tab of its own to its last word."""
    started = time.perf_counter()
    with open_line(address) as line:
        Reader(line, page)
        return time.perf_counter() - started


def _heavy(server: Server) -> tuple[list[float], float]:
    """Seconds until each heavy view was answered, and the slowest light page meanwhile."""
    names = [run.name for run in runs.pretrained() if run.model_file.is_file()]
    if not names:
        raise LabError("pretrained/ is empty: there is nothing heavy to look at.")
    pages = [
        f"inside?run={names[n % len(names)]}&view={VIEWS[n % len(VIEWS)]}" for n in range(HEAVY)
    ]
    start = threading.Barrier(HEAVY)

    def look(page: str) -> float:
        start.wait()
        return opened_s(server.address, page)

    slowest = 0.0
    with ThreadPoolExecutor(HEAVY) as pool:
        looking = [pool.submit(look, page) for page in pages]
        while not all(one.done() for one in looking):
            slowest = max(slowest, opened_s(server.address, LIGHT))
            time.sleep(0.3)
        return [one.result() for one in looking], slowest


def _pictures(server: Server) -> tuple[float, float, float]:
    """Memory in MiB before, at most and after, when all pictures were answered."""
    raster = np.random.default_rng(0).integers(236, 250, SIDES, np.uint8)  # paper, and a stroke
    raster[400:1_500, 900:1_080] = 20
    file = io.BytesIO()
    Image.fromarray(raster).save(file, "JPEG", quality=60)
    name = next(run.name for run in runs.pretrained() if run.config.preparation == "digit")
    address = f"{server.address}/api/models/{name}/predict"

    def ask(_: int = 0) -> None:
        with urllib.request.urlopen(
            urllib.request.Request(address, file.getvalue()), timeout=300
        ) as answer:
            answer.read()

    ask()  # what the first one loads stays
    before = peak = server.memory_mib()
    with ThreadPoolExecutor(PICTURES) as pool:
        sent = [pool.submit(ask, n) for n in range(PICTURES)]
        while not all(one.done() for one in sent):
            peak = max(peak, server.memory_mib())
            time.sleep(0.02)
        for one in sent:
            one.result()
    after, deadline = server.memory_mib(), time.monotonic() + SETTLED_S
    while after > before + 20 and time.monotonic() < deadline:
        time.sleep(1)
        after = server.memory_mib()
    return before, peak, after
