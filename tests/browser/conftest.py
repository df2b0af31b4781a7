"""A real server on a free port and a real browser that remembers what went wrong."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from cnnlab import paths
from cnnlab.runs import Run

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 120_000
expect.set_options(timeout=PATIENCE_MS)


def quiet(page: Page) -> Page:
    """The page, while nothing of it runs: what was typed or pressed before has been answered.

    The browser says that a page is to run at the moment it asks for it, not when it begins.
    """
    expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    return page


@contextmanager
def paused(run: Run) -> Iterator[None]:
    """Hold a training while its readers do what does not need it: it takes no core from them."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not (worker := run.status.pid):  # it may train and not yet have said where
        assert time.monotonic() < end, run.status
        time.sleep(0.05)
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


class Server:
    """`streamlit run app.py` with a store of its own; may be killed and started again."""

    def __init__(self, place: Path, trains: bool, settings: dict[str, str]) -> None:
        self.runs = place / "runs"
        self._log = place / "server.txt"
        self._environment = {
            **os.environ,
            "CNNLAB_RUNS": str(self.runs),
            "CNNLAB_DATA": str(place / "data"),
            "CNNLAB_SPARE": str(int(trains)),
            "CNNLAB_SLOTS": "1",
            **settings,
        }
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @property
    def address(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"--server.port {self.port} --server.address 127.0.0.1 --server.headless true"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", *options.split()],
                cwd=paths.ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while not self._healthy():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)

    def kill(self) -> None:
        """End it at once, as a power switch would; trainings live on."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it as an operator would."""
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()

    def log(self) -> str:
        """What it wrote on its terminal."""
        return self._log.read_text()

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def server(tmp_path_factory, request) -> Iterator[Server]:
    """A running server; ended with the module.

    It keeps a waiting worker where the module says `TRAINS = True`, and has its `SETTINGS`.
    """
    trains = getattr(request.module, "TRAINS", False)
    settings = getattr(request.module, "SETTINGS", {})
    made = Server(tmp_path_factory.mktemp("server"), trains, settings)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, from `CHROMIUM` or the usual places.

    Closed with the module: an open Playwright leaves an event loop running that others trip over.
    """
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("needs a Chromium: install one, or give its path in CHROMIUM")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield launched
        launched.close()


class Desk:
    """One reader's browser: tabs, and all complaints of their consoles."""

    def __init__(
        self, browser: Browser, address: str, width: int = 1440, height: int = 900
    ) -> None:
        touch = width < 640
        self._context = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, is_mobile=touch
        )
        self._context.set_default_timeout(PATIENCE_MS)
        self._address = address
        self.complaints: list[str] = []

    def tab(self, path: str = "/") -> Page:
        """A new tab at this path of the server."""
        page = self._context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._stay_at_home)
        page.goto(f"{self._address}{path}")
        return page

    def _note(self, message: ConsoleMessage) -> None:
        # Streamlit looks for its own base address by trial, and finds it at the second.
        if message.type == "error" and "/_stcore/" not in message.location["url"]:
            self.complaints.append(f"{message.text} {message.location['url']}")

    def _stay_at_home(self, request: Request) -> None:
        """The lab works offline: nothing is fetched from anywhere else."""
        if request.url.startswith("http") and not request.url.startswith(self._address):
            self.complaints.append(f"asked another server for {request.url}")

    def close(self) -> None:
        """Close all tabs."""
        self._context.close()


@pytest.fixture
def desk(browser, server) -> Iterator[Desk]:
    """A fresh reader; leaves without a complaint in any console."""
    made = Desk(browser, server.address)
    yield made
    made.close()
    assert made.complaints == []
