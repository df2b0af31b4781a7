"""Bodies before they are in memory: too large, too many, too slow."""

import anyio
import pytest

from cnnlab import uploads
from cnnlab.api import body_limit
from cnnlab.api.body_limit import UPLOAD_PATH, BodyLimit


class Caller:
    """One request: what it sends piece by piece, and what it hears."""

    def __init__(
        self, path: str, pieces: list[bytes], declared: int | None, pause_s: float
    ) -> None:
        size = [(b"content-length", str(declared).encode())] if declared is not None else []
        self.scope = {"type": "http", "method": "PUT", "path": path, "headers": size}
        self._pieces, self._pause_s = list(pieces), pause_s
        self.status, self.headers, self.body = 0, {}, b""

    async def receive(self):
        await anyio.sleep(self._pause_s)
        if not self._pieces:
            await anyio.sleep_forever()  # it promised more
        piece = self._pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(self._pieces)}

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        else:
            self.body += message["body"]


class Listener:
    """A route that reads its body, or answers without; it knows how many it held at once."""

    def __init__(self, reads: bool = True) -> None:
        self.reads, self.now, self.most = reads, 0, 0

    async def __call__(self, scope, receive, send):
        if self.reads:
            while (await receive())["more_body"]:
                pass
            self.now += 1
            self.most = max(self.most, self.now)
            await anyio.sleep(0.02)
            self.now -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"fine"})


def heard(
    app, *, path="/api/x", pieces=(b"x",), declared: int | None = 1, pause_s=0.0, count=1
) -> list[Caller]:
    """So many callers at once, answered."""
    callers = [Caller(path, list(pieces), declared, pause_s) for _ in range(count)]

    async def all_of_them():
        gate = BodyLimit(app)
        with anyio.fail_after(20):
            async with anyio.create_task_group() as group:
                for caller in callers:
                    group.start_soon(gate, caller.scope, caller.receive, caller.send)

    anyio.run(all_of_them)
    return callers


def test_a_body_passes_and_its_connection_stays():
    (caller,) = heard(Listener())
    assert (caller.status, caller.body) == (200, b"fine")
    assert b"connection" not in caller.headers


@pytest.mark.parametrize("declared", [10**9, None])
def test_too_large_a_body_is_refused_by_its_header_or_as_it_comes(monkeypatch, declared):
    monkeypatch.setattr(uploads, "FILE_MB", 1)
    monkeypatch.setattr(body_limit, "LINGER_S", 0.05)
    listener = Listener()
    (caller,) = heard(listener, pieces=[b"x" * 600_000] * 3, declared=declared, pause_s=0.001)
    assert caller.status == 413
    assert b"1 MB" in caller.body
    assert listener.most == 0


@pytest.mark.parametrize("path", ["/api/x", f"{UPLOAD_PATH}session/file"])
def test_a_body_that_trickles_in_is_cut_off(monkeypatch, path):
    monkeypatch.setattr(body_limit, "PATIENCE_S", 0.1)
    (caller,) = heard(Listener(), path=path, pieces=[b"x"] * 50, declared=50, pause_s=0.01)
    assert caller.status == 408
    assert caller.headers[b"connection"] == b"close"
    assert b"did not arrive" in caller.body


def test_a_long_body_that_comes_fast_enough_is_not(monkeypatch):
    monkeypatch.setattr(body_limit, "PATIENCE_S", 0.1)
    pieces = [b"x" * 100_000] * 20
    (caller,) = heard(Listener(), pieces=pieces, declared=2_000_000, pause_s=0.01)
    assert caller.status == 200


def test_many_large_bodies_wait_for_room_and_all_are_answered(monkeypatch):
    monkeypatch.setattr(body_limit, "MOST_AT_ONCE", 4 * uploads.MIB)
    listener = Listener()
    callers = heard(listener, pieces=[b"x"], declared=2 * uploads.MIB, count=10)
    assert {caller.status for caller in callers} == {200}
    assert listener.most == 2


def test_small_bodies_never_wait_for_large_ones(monkeypatch):
    monkeypatch.setattr(body_limit, "MOST_AT_ONCE", 0)
    assert heard(Listener(), declared=1000, count=5)[4].status == 200


def test_who_finds_no_room_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(body_limit, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(body_limit, "WAIT_S", 0.05)
    (caller,) = heard(Listener(), declared=2 * uploads.MIB)
    assert caller.status == 503
    assert caller.headers[b"retry-after"] == b"60"


def test_an_answer_before_the_bodys_end_ends_the_connection(monkeypatch):
    monkeypatch.setattr(body_limit, "LINGER_S", 0.05)
    (caller,) = heard(Listener(reads=False), pieces=[b"x"] * 99, declared=99, pause_s=0.01)
    assert caller.status == 200
    assert caller.headers[b"connection"] == b"close"


@pytest.mark.parametrize("word", ["CNNLAB_TOKEN", "CNNLAB_TEACHER"])
def test_without_the_token_a_page_sends_pictures_and_nothing_larger(monkeypatch, word):
    monkeypatch.setenv(word, "secret")
    monkeypatch.setattr(uploads, "_trusted", type(uploads._trusted)())
    monkeypatch.setattr(body_limit, "LINGER_S", 0.05)
    zipped = uploads.PICTURE_MB * uploads.MIB + 10**6
    path = f"{UPLOAD_PATH}mine/file"
    assert heard(Listener(), path=path, declared=zipped)[0].status == 413
    uploads.trust("mine")
    assert heard(Listener(), path=path, declared=zipped)[0].status == 200
    assert heard(Listener(), path=f"{UPLOAD_PATH}other/file", declared=zipped)[0].status == 413
    too_large = uploads.FILE_MB * uploads.MIB + 10**6
    assert heard(Listener(), path=path, declared=too_large)[0].status == 413
