"""Readers in browsers of their own: they train side by side, and a teacher holds a class."""

import re

import pytest
from playwright.sync_api import Page, expect

from cnnlab.runs import Run
from tests.browser.conftest import Desk, paused, quiet

TRAINS = True
pytestmark = pytest.mark.timeout(900)  # several waits, each of them with patience
SETTINGS = {"CNNLAB_TEACHER": "chalk"}
SLOW_MS = 240_000  # a training, and the engine that scores it


@pytest.fixture
def desks(browser, server):
    """Readers who share nothing but the server, as many as are asked for; nobody complains."""
    made: list[Desk] = []

    def several(count: int) -> list[Desk]:
        made.extend(Desk(browser, server.address) for _ in range(count))
        return made

    yield several
    for desk in made:
        desk.close()
    assert not any(desk.complaints for desk in made)


def start(page: Page, name: str, epochs: int) -> None:
    """Fill the form as this reader and press Start."""
    expect(page.get_by_text("over 1,294 pictures")).to_be_visible()
    page.get_by_text("All settings").click()
    for label, value in (("Batch size", 8), ("Epochs", epochs)):
        field = quiet(page).get_by_role("spinbutton", name=label)
        field.fill(str(value))
        field.press("Enter")
    expect(page.get_by_text(f"{epochs} epochs over")).to_be_visible()
    expect(page.get_by_text("61,706 parameters")).to_be_visible()
    field = page.get_by_role("textbox", name="Your name")
    # A made-up one, as soon as the browser has told that it knows none.
    expect(field).not_to_have_value("")
    field.fill(name)
    field.press("Enter")
    expect(page.get_by_text("Made up for this browser")).to_have_count(0)
    quiet(page).get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(re.compile(r"run=\d{4}"))


def badge(page: Page, word: str):
    """The word that tells a run's state."""
    return page.locator(".stMarkdownBadge", has_text=re.compile(f"^{word}$"))


def test_two_readers_train_stop_and_resume_side_by_side(desks, server):
    two_desks = desks(2)
    ann, bob = (desk.tab("/train?dataset=digits") for desk in two_desks)
    start(ann, "Ann", epochs=400)
    expect(badge(ann, "training")).to_be_visible()
    first, second = (Run(server.runs / f"000{n}-lenet5-digits") for n in (1, 2))
    with paused(first):
        start(bob, "Bob", epochs=2)
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


def test_a_teacher_and_three_pupils_hold_a_class(desks, server):

    teacher, *pupils = (desk.tab("/rooms") for desk in desks(4))
    # The teacher opens a room about the small digits, under a word that nobody guesses.
    teacher.locator("input[aria-label=Token]").fill("chalk")
    teacher.locator("input[aria-label=Token]").press("Enter")
    teacher.get_by_role("textbox", name="What you call it").fill("7b <b>")
    teacher.get_by_role("textbox", name="What you call it").press("Tab")
    teacher.get_by_role("combobox", name="Challenges").click()
    teacher.get_by_role("option", name="95 % of the small digits").click()
    teacher.keyboard.press("Escape")
    teacher.get_by_role("button", name="Open a room").click()
    word = teacher.locator(".room-word").inner_text()
    assert len(word.split("-")) == 3
    # This server hears its own machine alone, so that no phone could follow a code.
    expect(teacher.get_by_text("answers this machine alone")).to_be_visible()

    # Pupils join: the first by the address with the word, the others type the word.
    for page, name in zip(pupils, ("Ann", "Bob <i>", "Cem"), strict=True):
        if name == "Ann":
            page.goto(f"{server.address}/?room={word}")
        else:
            page.get_by_role("textbox", name="The room's word").fill(word.replace("-", " "))
        page.get_by_role("textbox", name="Your name").fill(name)
        page.get_by_role("textbox", name="Your name").press("Enter")
        expect(page.get_by_text(f"You are {name}.")).to_be_visible()
    expect(teacher.get_by_text("Nobody's training has been scored yet")).to_be_visible()

    # Ann trains within the budget; what she made is scored, and hangs on everybody's wall.
    ann, bob, _ = pupils
    ann.goto(f"{server.address}/train?architecture=ladder&dataset=digits&rung=7&epochs=2")
    expect(ann.get_by_text("of 500 parameters")).to_be_visible()
    ann.get_by_role("button", name="Start", exact=True).click()
    expect(ann).to_have_url(re.compile(r"run=\d{4}"))
    name = re.search(r"run=([\w-]+)", ann.url)[1]
    expect(badge(ann, "done")).to_be_visible(timeout=SLOW_MS)
    bob.get_by_role("radio", name="95 % of the small digits").click()
    on_the_wall = bob.locator(".js-plotly-plot text", has_text="Ann")
    expect(on_the_wall).to_be_visible(timeout=SLOW_MS)

    # Bob sees the point, not the run; and with names hidden no name.
    bob.goto(f"{server.address}/train?run={name}")
    expect(bob.get_by_text("This was trained in a class's room")).to_be_visible()
    expect(bob.get_by_role("button", name="Clone")).to_have_count(0)
    teacher.get_by_role("button", name="Hide names").click()
    bob.goto(f"{server.address}/rooms")
    bob.get_by_role("radio", name="95 % of the small digits").click()
    alias = Run(server.runs / name).config.owner
    expect(bob.locator(".js-plotly-plot text", has_text=alias)).to_be_visible(timeout=SLOW_MS)
    expect(on_the_wall).to_have_count(0)

    # Closed: names and results are gone, the run stays hers.
    teacher.get_by_role("button", name="Close").click()
    teacher.get_by_role("button", name="Close for good").click()
    expect(teacher.get_by_role("button", name="Open a room")).to_be_visible()
    assert not list((server.runs / "rooms").glob("[!.]*"))
    assert (server.runs / name / "model.keras").exists()
    ann.reload()
    expect(ann.get_by_role("button", name="Clone")).to_be_visible()
    assert "Traceback" not in server.log()
