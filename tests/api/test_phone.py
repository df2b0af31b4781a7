"""A phone gets a run's page by the address in its code, with or without a token."""

import pytest
from starlette.applications import Starlette

from cnnlab import api, paths, runs
from cnnlab.errors import LabError
from cnnlab.export import phone
from cnnlab.export.formats.html import html
from cnnlab.runs import Run
from tests.api.conftest import ask
from tests.small_tflite import finished_run

APP = Starlette(routes=api.PAGE_ROUTES, middleware=api.MIDDLEWARE)


def scan(path: str, method: str = "GET"):
    return ask(method, path, app=APP)


@pytest.mark.parametrize("token", ["", "secret"])
def test_the_code_leads_to_the_exported_page(three, monkeypatch, token):
    monkeypatch.setenv("CNNLAB_TOKEN", token)
    run = runs.find("0001-three")
    answer = scan(phone.phone_path(run))
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.body == html(run)


@pytest.mark.parametrize("change", [lambda p: p[:-1], lambda p: p[:-1] + "x", lambda p: p + "0"])
def test_another_signature_gets_a_sentence(three, change):
    answer = scan(change(phone.phone_path(runs.find("0001-three"))))
    assert answer.status == 404
    assert "scan the code again" in answer.json["error"]


def test_a_signature_is_for_one_run(three):
    finished_run(paths.runs_dir(), "0002-seven", says=7)
    path = phone.phone_path(runs.find("0001-three")).replace("0001-three", "0002-seven")
    assert scan(path).status == 404


def test_runs_that_are_gone_or_too_large_are_said(three, monkeypatch):
    path = phone.phone_path(runs.find("0001-three"))
    monkeypatch.setattr(phone, "MOST_BYTES", 10)
    assert "too large" in scan(path).json["error"]
    with pytest.raises(LabError, match="too large"):
        phone.phone_path(Run(three))
    runs.delete(runs.find("0001-three"))
    assert scan(path).status == 404
    assert scan(path, "POST").status == 405
