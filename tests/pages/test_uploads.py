"""The limits shown are the limits applied; without the token nothing is sent but pictures."""

import re
import tomllib
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import images, paths, uploads
from cnnlab.errors import LabError
from pages.parts.shared import pictures
from pages.parts.shared.uploads import most_mb

FIELDS = (("datasets.py", "own-zip", {"make": "own"}), ("inside.py", "model", {}))


def field(page: str, key: str, **query: str):
    app = AppTest.from_file(str(paths.ROOT / "pages" / page), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app, next(one for one in app.get("file_uploader") if f"-{key}" in one.proto.id)


@pytest.mark.parametrize(("page", "key", "query"), FIELDS)
def test_the_field_says_the_limit_that_streamlit_and_the_door_apply(page, key, query, tiny_run):
    config = tomllib.loads((paths.ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] == uploads.FILE_MB
    _, shown = field(page, key, **query)
    assert shown.proto.max_upload_size_mb == most_mb() <= uploads.FILE_MB
    assert f"Up to {most_mb()} MB" in shown.proto.help
    assert not shown.proto.disabled


@pytest.mark.parametrize(("page", "key", "query"), FIELDS)
def test_without_the_token_the_field_is_off_and_says_why(page, key, query, monkeypatch, tiny_run):
    monkeypatch.setenv("CNNLAB_TOKEN", "secret")
    app, shown = field(page, key, **query)
    assert shown.proto.disabled
    assert "token" in shown.proto.help
    assert any("token" in caption.value for caption in app.caption)


def test_a_picture_may_be_as_large_as_the_page_says():
    assert uploads.PICTURE_MB * uploads.MIB == images.read.MAX_BYTES


def test_a_larger_file_is_refused_by_its_size(monkeypatch):
    monkeypatch.setattr("streamlit.file_uploader", lambda *a, **o: Large())
    from pages.parts.shared.uploads import file_field

    with pytest.raises(LabError, match=re.escape(f"larger than {most_mb()} MB")):
        file_field("Zip", ["zip"], "own-zip")


class Large:
    name = "large.zip"
    size = (uploads.FILE_MB + 1) * uploads.MIB


@pytest.mark.parametrize(
    ("url", "has"),
    [
        ("http://192.168.0.7:8501/predict", False),
        ("http://lab.example.org/predict", False),
        ("https://lab.example.org/predict", True),
        ("http://localhost:8501/predict", True),
        ("http://127.0.0.1:8501", True),
        ("http://[::1]:8501", True),
        (None, True),
    ],
)
def test_browsers_give_a_camera_over_https_and_on_the_machine_itself(url, has, monkeypatch):
    monkeypatch.setattr("streamlit.context", SimpleNamespace(url=url))
    assert pictures._has_camera() == has
