"""QR codes lead a phone to this server, or a sentence says why not."""

import socket

import pytest

from cnnlab import qr
from cnnlab.errors import LabError
from cnnlab.qr import Listening, reachable


@pytest.fixture(autouse=True)
def _in_a_network(monkeypatch):
    monkeypatch.setattr(qr, "network_address", lambda: "192.168.1.23")


@pytest.mark.parametrize(
    ("seen", "listening", "address"),
    [
        ("", Listening(), "http://192.168.1.23:8501"),
        ("http://localhost:8501/compress", Listening(port=8501), "http://192.168.1.23:8501"),
        ("http://127.0.0.1/x", Listening("0.0.0.0", 80, "lab"), "http://192.168.1.23:80/lab"),
        ("http://[::1]:9000/", Listening("::", 9000), "http://192.168.1.23:9000"),
        ("http://lab.localhost/", Listening("10.0.0.5", 99), "http://10.0.0.5:99"),
        ("", Listening("fd00::5", 99, secure=True), "https://[fd00::5]:99"),
        # The reader's own way, through a proxy to a server that listens on localhost alone.
        ("https://lab.school.org/compress?run=x", Listening("127.0.0.1"), "https://lab.school.org"),
        ("http://10.1.2.3:8600/lab/train", Listening(base="lab"), "http://10.1.2.3:8600/lab"),
    ],
)
def test_a_phone_comes_by_the_way_that_reaches_the_server(seen, listening, address):
    assert reachable(seen, listening) == address


@pytest.mark.parametrize("told", ["localhost", "127.0.0.1", "::1", "127.9.9.9", "LOCALHOST."])
def test_a_server_that_answers_its_machine_alone_says_so(told):
    with pytest.raises(LabError, match=r"--server\.address 0\.0\.0\.0"):
        reachable("http://localhost:8501/", Listening(told))


def test_a_machine_without_a_network_says_so(monkeypatch):
    monkeypatch.setattr(qr, "network_address", lambda: "")
    with pytest.raises(LabError, match="no network"):
        reachable("", Listening())


def test_the_machines_address_is_asked_for_without_a_packet(monkeypatch):
    monkeypatch.undo()

    class Way:
        def __init__(self, family, kind):
            self.family = family
            assert kind == socket.SOCK_DGRAM  # connecting sends nothing

        __enter__ = lambda self: self  # noqa: E731
        __exit__ = lambda self, *_: None  # noqa: E731

        def connect(self, far):
            if self.family == socket.AF_INET:
                raise OSError("Network is unreachable")

        def getsockname(self):
            return "fe80::1%eth0", 5, 0, 0

    monkeypatch.setattr(qr.socket, "socket", Way)
    assert qr.network_address() == "fe80::1"


def test_a_code_is_a_picture_with_its_quiet_zone():
    text = qr.svg("http://192.168.1.23:8501/phone/0001-lenet5-mnist/0123456789abcdef")
    assert text.startswith("<svg")
    assert 'fill="#fff"' in text
    with pytest.raises(LabError, match="too long"):
        qr.svg("x" * 5000)
