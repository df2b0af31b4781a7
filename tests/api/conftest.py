"""Calls the routes as a server would, without one."""

import asyncio
import json
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette

from cnnlab import api, paths
from cnnlab.api import guard
from tests.small_tflite import finished_run

APP = Starlette(routes=api.ROUTES, middleware=api.MIDDLEWARE)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def ask(
    method: str, path: str, body: bytes = b"", chunk: int = 65536, app=APP, **headers: str
) -> Answer:
    """One request to the routes; `headers` with _ for -."""
    path, _, query = path.partition("?")
    raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": raw,
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "scheme": "http",
        "http_version": "1.1",
    }
    parts = [body[i : i + chunk] for i in range(0, len(body), chunk)] or [b""]
    messages = [
        {"type": "http.request", "body": part, "more_body": i + 1 < len(parts)}
        for i, part in enumerate(parts)
    ]
    sent = []

    async def receive():
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    start = next(m for m in sent if m["type"] == "http.response.start")
    content = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    head = {k.decode(): v.decode() for k, v in start["headers"]}
    return Answer(start["status"], head, content)


def multipart(*pictures: bytes, name: str = "file", **fields: str) -> tuple[bytes, str]:
    """A multipart body with these files and fields, and its content type."""
    line = b"--cut\r\n"
    parts = [
        line + f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    parts += [
        line
        + f'Content-Disposition: form-data; name="{name}"; filename="{i}.png"\r\n\r\n'.encode()
        + picture
        + b"\r\n"
        for i, picture in enumerate(pictures)
    ]
    return b"".join(parts) + b"--cut--\r\n", "multipart/form-data; boundary=cut"


@pytest.fixture(autouse=True)
def _fresh_rate(monkeypatch):
    monkeypatch.setattr(guard, "RATE", guard.Rate())
    monkeypatch.delenv("CNNLAB_TOKEN", raising=False)


@pytest.fixture
def three(nothing_shipped):
    """A finished run that always answers 3."""
    return finished_run(paths.runs_dir(), "0001-three", says=3)
