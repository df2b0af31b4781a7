"""What the pages offer to paste really works, against a real server."""

import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest
import uvicorn
from PIL import Image, ImageDraw

from cnnlab.api import snippets
from tests.api.conftest import APP


@pytest.fixture
def address(three, tmp_path):
    """A server of the routes in a thread, and `picture.png` in the test's folder."""
    picture = Image.new("L", (28, 28))
    ImageDraw.Draw(picture).line([(14, 5), (14, 22)], fill=255, width=4)
    picture.save(tmp_path / "picture.png")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(APP, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def run(command, folder) -> str:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, timeout=30
    ).stdout


def test_python_snippet_prints_the_answer(address, tmp_path):
    said = run([sys.executable, "-c", snippets.python(address, "0001-three")], tmp_path)
    assert said.split()[0] == "3"


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_snippet_gets_the_answer(address, tmp_path):
    said = run(snippets.curl(address, "0001-three").split(), tmp_path)
    assert '"label":"3"' in said


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_javascript_snippet_prints_the_answer(address, tmp_path):
    (tmp_path / "ask.mjs").write_text(snippets.javascript(address, "0001-three"))
    assert run(["node", "ask.mjs"], tmp_path).split()[0] == "3"


def test_the_page_to_try_is_served(address):
    with urllib.request.urlopen(f"{address}/api") as reply:
        assert b"Ask a model over HTTP" in reply.read()
