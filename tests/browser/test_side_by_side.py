"""Two readers in two browsers: they train, wait, stop and resume side by side."""

import re

import pytest
from playwright.sync_api import Page, expect

from cnnlab.runs import Run
from tests.browser.conftest import Desk

TRAINS = True


@pytest.fixture
def two_desks(browser, server):
    """Two readers who share nothing but the server; both leave without a complaint."""
    desks = [Desk(browser, server.address) for _ in range(2)]
    yield desks
    for desk in desks:
        desk.close()
    assert [desk.complaints for desk in desks] == [[], []]


def start(page: Page, name: str, epochs: int) -> None:
    """Fill the form as this reader and press Start."""
    page.get_by_text("All settings").click()
    for label, value in (("Epochs", epochs), ("Batch size", 8)):
        field = page.get_by_role("spinbutton", name=label)
        field.fill(str(value))
        field.press("Enter")
    expect(page.get_by_text("61,706 parameters")).to_be_visible()
    field = page.get_by_role("textbox", name="Your name")
    # A made-up one, as soon as the browser has told that it knows none.
    expect(field).not_to_have_value("")
    field.fill(name)
    field.press("Enter")
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(re.compile(r"run=\d{4}"))


def badge(page: Page, word: str):
    """The word that tells a run's state."""
    return page.locator(".stMarkdownBadge", has_text=re.compile(f"^{word}$"))


def test_two_readers_train_stop_and_resume_side_by_side(two_desks, server):
    ann, bob = (desk.tab("/train?dataset=digits") for desk in two_desks)
    start(ann, "Ann", epochs=400)
    expect(badge(ann, "training")).to_be_visible()
    start(bob, "Bob", epochs=2)
    first, second = (Run(server.runs / f"000{n}-lenet5-digits") for n in (1, 2))
    assert (first.config.owner, second.config.owner) == ("Ann", "Bob")

    # One slot on this server: Bob waits, and sees where he stands; Ann's page knows nothing of it.
    expect(bob.get_by_text("Number 1 in the queue")).to_be_visible()
    expect(ann.locator('.figs [aria-valuetext*=" of 400, batch"]')).to_have_count(1)
    for look in ("Confusion", "Weights"):
        ann.get_by_role("radio", name=look).click()
        expect(ann.locator(".js-plotly-plot").first).to_be_visible()

    # Ann stops: Bob's turn comes by itself, and ends; Ann takes hers up again meanwhile.
    ann.get_by_role("button", name="Stop").click()
    expect(badge(ann, "stopped")).to_be_visible()
    expect(badge(bob, "training")).to_be_visible()
    other_tab = two_desks[0].tab(f"/train?run={first.name}")
    expect(badge(other_tab, "stopped")).to_be_visible()
    ann.get_by_role("button", name="Resume").click()
    expect(badge(bob, "done")).to_be_visible()
    expect(badge(ann, "training")).to_be_visible()
    expect(badge(other_tab, "training")).to_be_visible()  # noticed without a touch

    ann.get_by_role("button", name="Stop").click()
    expect(badge(ann, "stopped")).to_be_visible()
    assert [run.status.state for run in (first, second)] == ["stopped", "done"]
    assert len(second.history) == 2
    assert "Traceback" not in server.log()
