"""Where a dataset is looked for, and how one is downloaded."""

import dataclasses
import hashlib
import http.server
import threading
import time

import pytest

from cnnlab import datasets
from cnnlab.datasets import DATASETS, RemoteFile, _background, _fetch
from cnnlab.errors import LabError

PAYLOAD = bytes(range(256)) * 4000


class _Server(http.server.BaseHTTPRequestHandler):
    """Serves PAYLOAD, answers ranges, breaks off after `stop_after` bytes once."""

    stop_after = None
    asked = ()

    def do_GET(self):
        first = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-")
        type(self).asked = (*self.asked, int(first))
        data = PAYLOAD[int(first) :]
        if self.path == "/missing":
            return self.send_error(404)
        self.send_response(206 if int(first) else 200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.stop_after:
            data, type(self).stop_after = data[: self.stop_after], None
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    handler = type("Handler", (_Server,), {})
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", handler
    running.shutdown()
    running.server_close()


@pytest.fixture
def official(monkeypatch):
    """Gives MNIST's card another official file."""

    def give(address, checksum=None, **fields):
        checksum = checksum or f"sha256:{hashlib.sha256(PAYLOAD).hexdigest()}"
        file = RemoteFile("mnist.npz", address, checksum, len(PAYLOAD), **fields)
        card = dataclasses.replace(DATASETS["mnist"], files=(file,))
        monkeypatch.setitem(DATASETS._cards, "mnist", card)

    return give


def test_absent_says_what_to_do_and_offers_digits(folder):
    state = datasets.available("mnist")
    assert state.state == "downloadable"
    assert state.size_bytes == DATASETS["mnist"].size_bytes
    for words in ("11.5 MB", "mnist.npz", str(folder), "digits"):
        assert words in state.sentence
    with pytest.raises(LabError, match=r"digits.*built in"):
        datasets.load("mnist")


def test_digits_need_nothing(folder):
    assert datasets.available("digits").ready
    assert datasets.fetch("digits") == folder


def test_keras_cache_is_found(folder, make, tmp_path):
    cache = tmp_path / "keras" / "datasets"
    cache.mkdir(parents=True)
    make.npz(cache / "mnist.npz")
    assert datasets.available("mnist").folder == cache
    make.npz(folder / "mnist.npz")
    assert datasets.available("mnist").folder == folder


def test_unknown_names_are_corrected():
    with pytest.raises(LabError, match="mnist"):
        datasets.load("mnits")


def test_fetch_downloads_checks_and_reports(folder, server, official):
    official(server[0] + "/mnist.npz")
    seen = []
    assert datasets.fetch("mnist", lambda done, total: seen.append((done, total))) == folder
    assert (folder / "mnist.npz").read_bytes() == PAYLOAD
    assert seen[-1] == (len(PAYLOAD), len(PAYLOAD))
    assert [path.name for path in folder.iterdir()] == ["mnist.npz"]


def test_fetch_goes_on_where_it_stopped(folder, server, official):
    address, handler = server
    official(address + "/mnist.npz")
    handler.stop_after = 600_000
    with pytest.raises(LabError, match="no network"):
        datasets.fetch("mnist")
    part = folder / "mnist.npz.part"
    kept = part.stat().st_size
    assert kept > 0
    assert not (folder / "mnist.npz").exists()
    datasets.fetch("mnist")
    assert handler.asked == (0, kept)
    assert (folder / "mnist.npz").read_bytes() == PAYLOAD


def test_what_progress_raises_stops_the_download(folder, server, official):
    official(server[0] + "/mnist.npz")

    class StopError(Exception):
        pass

    def stop(done, total):
        raise StopError

    with pytest.raises(StopError):
        datasets.fetch("mnist", stop)
    assert not (folder / "mnist.npz").exists()


@pytest.mark.parametrize(
    ("path", "checksum", "words"),
    [
        ("/missing", None, "answered 404"),
        ("/mnist.npz", "sha256:" + "0" * 64, "checksum is wrong"),
    ],
)
def test_a_failed_download_is_one_sentence_and_leaves_nothing(
    folder, server, official, path, checksum, words
):
    official(server[0] + path, checksum)
    with pytest.raises(LabError, match=words):
        datasets.fetch("mnist")
    assert not list(folder.glob("mnist.npz"))


def test_no_network_is_one_sentence(folder, official):
    official("http://127.0.0.1:9/mnist.npz")
    with pytest.raises(LabError, match=r"no network.*put mnist.npz into"):
        datasets.fetch("mnist")


def test_a_folder_that_takes_nothing_is_one_sentence(tmp_path, server, official, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("CNNLAB_DATA", str(blocked))
    official(server[0] + "/mnist.npz")
    with pytest.raises(LabError, match="CNNLAB_DATA"):
        datasets.fetch("mnist")


def test_only_the_labelled_part_of_an_archive_is_kept(folder, make):
    archive = folder / "stl10_binary.tar.gz"
    make.tar(archive, {"stl10_binary/train_X.bin": b"kept", "stl10_binary/unlabeled_X.bin": b"not"})
    _fetch._keep(archive, ("stl10_binary/train_X.bin",))
    assert (folder / "stl10_binary" / "train_X.bin").read_bytes() == b"kept"
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["train_X.bin"]


def finished(name):
    """The download once it has ended."""
    while datasets.fetching(name).running:
        time.sleep(0.01)
    return datasets.fetching(name)


def test_a_download_in_the_background_is_one_for_all(folder, server, official, monkeypatch):
    monkeypatch.setattr(_background, "_downloads", {})
    official(server[0] + "/mnist.npz")
    assert datasets.fetching("mnist") is None
    first = datasets.start_fetch("mnist")
    assert datasets.start_fetch("mnist") is first or not first.running
    download = finished("mnist")
    assert download.error == ""
    assert download.done == download.total == len(PAYLOAD)
    assert (folder / "mnist.npz").exists()


def test_a_stopped_download_says_so_and_can_go_on(folder, server, official, monkeypatch):
    monkeypatch.setattr(_background, "_downloads", {})
    official(server[0] + "/mnist.npz")
    stopped = datasets.Download("mnist", 0, 1, stop=True)
    _background._fetch(stopped)
    assert "goes on from there" in stopped.error
    assert not stopped.running
    assert not (folder / "mnist.npz").exists()
    datasets.start_fetch("mnist")
    assert finished("mnist").error == ""


def test_a_failed_download_keeps_its_sentence(folder, official, monkeypatch):
    monkeypatch.setattr(_background, "_downloads", {})
    official("http://127.0.0.1:9/mnist.npz")
    datasets.start_fetch("mnist")
    assert "no network" in finished("mnist").error
