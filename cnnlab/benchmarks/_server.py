"""A server of one's own to measure: `streamlit run app.py` on a free port, with empty runs."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnlab import paths
from cnnlab.errors import LabError

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@contextlib.contextmanager
def browsing() -> Iterator[Any]:
    """A headless Chromium for what happens on the screen.

    Raises:
        LabError: there is none at `CHROMIUM`, else /usr/bin/chromium.
    """
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not Path(chromium).exists():
        raise LabError("This benchmark needs Chromium: install it, or set CHROMIUM to its path.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Server:
    """A running server: its address, process, and the seconds until it answered."""

    address: str
    pid: int
    ready_s: float
    runs: Path

    def memory_mib(self) -> float:
        """Resident memory of the server process itself, in MiB."""
        return _memory_mib(self.pid)

    def engine_mib(self) -> float:
        """Memory of its engine, in MiB: all its processes, what they share counted once."""
        mothers = [p for p in _children(self.pid) if b"cnnlab.engine" in _command(p)]
        family = [*mothers, *(child for mother in mothers for child in _children(mother))]
        return sum(map(_own_memory_mib, family))


@contextlib.contextmanager
def serving(environment: dict[str, str] | None = None) -> Iterator[Server]:
    """Start a server in a fresh runs folder; end it, and what it trains, with the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        port = _free_port()
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        started = time.perf_counter()
        process = subprocess.Popen(
            [*command, f"--server.port={port}"],
            cwd=paths.ROOT,
            env={**os.environ, "CNNLAB_RUNS": folder, **(environment or {})},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            address = f"http://localhost:{port}"
            _wait(address + "/_stcore/health", process)
            ready_s = time.perf_counter() - started
            yield Server(address, process.pid, ready_s, Path(folder))
        finally:
            for stop in Path(folder).glob("*/config.json"):
                (stop.parent / "stop").touch()
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            process.kill()
            time.sleep(1.0)  # the workers see their stop file


@contextlib.contextmanager
def reading(readers: Sequence[Callable[[threading.Event], None]]) -> Iterator[None]:
    """All readers at once, each in a thread, until the block ends.

    A reader is a function that goes on until the event it is given is set.

    Raises:
        LabError: a reader broke down.
    """
    failures: list[str] = []
    over = threading.Event()

    def read(reader: Callable[[threading.Event], None]) -> None:
        try:
            reader(over)
        except (LabError, OSError, EOFError) as error:
            failures.append(str(error))

    threads = [threading.Thread(target=read, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if failures:
        raise LabError(f"A reader broke down: {failures[0]}")


def _memory_mib(pid: int | str) -> float:
    text = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in text.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _own_memory_mib(pid: int) -> float:
    """Memory of a process, of what it shares with others only its part ("Pss" in proc(5))."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    line = next(line for line in text.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def _children(pid: int) -> list[int]:
    files = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in files for child in file.read_text().split()]


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(address: str, process: subprocess.Popen[bytes], timeout_s: float = 60.0) -> None:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise LabError("The server ended at once: start it by hand to see why.")
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=1) as answer:
            if answer.read() == b"ok":
                return
        time.sleep(0.02)
    raise LabError(f"The server did not answer within {timeout_s:.0f} s.")
