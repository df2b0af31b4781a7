"""Every page in a real browser: nothing cut, nothing wider than the window, readable by all.

axe-core looks for what a keyboard, a screen reader or weak eyes would stumble over.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from cnnlab import paths
from cnnlab.compression import kinds
from tests.browser.conftest import PATIENCE_MS, Desk, quiet
from tests.browser.wandering import Wanderer

WRONG = Path(__file__).with_name("layout.js").read_text()
BRIGHT = """(bright) => {
  const color = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor;
  return bright === color.match(/\\d+/g)[0] > 127;
}"""
# The third is 1280x720 at a zoom of 150 %.
SIZES = ((1280, 720), (1024, 768), (853, 480), (390, 844))
# What one comes for: in sight at 1280x720 without scrolling.
ACTIONS = {
    "": "[data-part=pad]",
    "architectures": ".card a >> nth=0",
    "architectures?architecture=squeezenet_a": "[data-layer=picture]",
    "datasets": "[data-part=sheet], canvas, .sheet",
    "datasets?make=own": ".st-key-start-boxes button",
    "train": ".st-key-start button",
    "inside": ".js-plotly-plot >> nth=0",
    "inside?run=ladder_07&view=replay": "[data-part=replay] .place",
    "predict": "canvas[data-part=pad]",
    "break_it": ".js-plotly-plot >> nth=0",
    "evaluate?run=lenet5": ".st-key-view button >> nth=0",
    "compress?run=lenet5": ".st-key-view button >> nth=0",
    "lessons": "[data-testid=stMain] button, [data-testid=stMain] [data-testid=stPageLink]",
    "clinic": "[data-testid=stMain] .stButton button >> nth=0",
    "compare": ".js-plotly-plot >> nth=0",
    "how_small": "[data-testid=stMain] button >> nth=0",
    "rooms": ".st-key-join-go button",
}
PAGES = sorted(path.stem for path in (paths.ROOT / "pages").glob("[a-z]*.py"))


def test_every_page_is_looked_at():
    seen = {address.split("?")[0] or "home" for address in ACTIONS}
    assert set(PAGES) <= seen


@pytest.fixture(scope="module")
def tab(browser) -> Iterator[Page]:
    """One tab for all pages: Streamlit's own files are read and translated once."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def stranger(tab, server) -> Page:
    """The tab of a browser that was never here: it keeps no name and no drawing."""
    tab.goto("about:blank")
    forget = {"origin": server.address, "storageTypes": "cookies,local_storage"}
    session = tab.context.new_cdp_session(tab)
    session.send("Storage.clearDataForOrigin", forget)
    session.detach()
    tab.set_viewport_size({"width": 1280, "height": 720})
    return tab


def settled(page: Page, address: str) -> Page:
    """The page, once it has drawn everything; a stranger's is drawn twice, the key tells that."""
    page.goto(address)
    expect(
        page.locator("[data-testid=stMain] h1, [data-testid=stMain] .desk").first
    ).to_be_visible()
    page.wait_for_function("localStorage.getItem('cnnlab-reader-key')")
    return still(page)


def still(page: Page) -> Page:
    """The page, while nothing of it runs or is awaited; without a stack trace."""
    page.wait_for_timeout(300)
    expect(quiet(page).get_by_test_id("stSkeleton")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    return page


def in_sight(page: Page, what: Locator) -> None:
    """It stands within 1280x720, or will: what is drawn late may still push it about."""
    expect(what).to_be_visible()
    for _ in range(120):
        box = what.bounding_box()
        if box and box["y"] + min(box["height"], 300) <= 720:
            return
        page.wait_for_timeout(250)
    assert box, "what one comes for is not there"
    raise AssertionError("what one comes for is below the fold")


def painted(page: Page, scheme: str) -> None:
    """Wait until the page has the colors of this scheme."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(BRIGHT, arg=scheme == "light")


# Half of the addresses are opened in the light and darkened, half the other way round.
@pytest.mark.parametrize(("place", "address"), list(enumerate(ACTIONS)), ids=ACTIONS)
def test_a_page_fits_and_can_be_read(stranger, server, place, address):
    page = stranger
    schemes = ("light", "dark")[:: -1 if place % 2 else 1]
    page.emulate_media(color_scheme=schemes[0])
    settled(page, f"{server.address}/{address}")
    for scheme in schemes:
        painted(page, scheme)
        in_sight(still(page), page.locator(ACTIONS[address]).first)
        serious = [
            f"{found['id']}: {found['nodes'][0]['html'][:200]}"
            for found in Axe().run(page).response["violations"]
            if found["impact"] in ("serious", "critical")
        ]
        assert serious == [], scheme
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        for _ in range(120):  # a busy machine draws anew later
            if not (wrong := page.evaluate(WRONG)):
                break
            page.wait_for_timeout(250)
        assert wrong == [], width


def test_every_way_to_make_smaller_has_start_and_picture_in_view(stranger, server):
    page = stranger
    for kind in kinds():
        address = f"compress?run=lenet5&view=Make+smaller&kind={kind.title}"
        settled(page, f"{server.address}/{address}")
        in_sight(page, page.locator(".st-key-start button").first)
        in_sight(page, page.locator("[data-testid=stMain] :is(.js-plotly-plot, img)").first)


@pytest.mark.parametrize(
    "address",
    [
        "inside?run=nope",
        "predict?run=nope",
        "evaluate?run=nope",
        "compress?run=nope",
        "compare?run=nope",
        "how_small?study=nope",
        "datasets?dataset=nope",
        "architectures?architecture=nope",
        "train?run=nope",
        "clinic?run=nope",
        "break_it?run=nope",
        "datasets?lesson=nope",
    ],
)
def test_what_a_link_names_and_is_gone_is_said_and_stays(stranger, server, address):
    page = settled(stranger, f"{server.address}/{address}")
    said = page.get_by_test_id("stAlert").filter(has_text="nope")
    expect(said).to_have_count(1)
    page.wait_for_timeout(1000)
    expect(still(page).get_by_test_id("stAlert").filter(has_text="nope")).to_have_count(1)


def test_any_order_of_pages_with_choices_on_each(desk, server):
    """Twelve changes; `CNNLAB_WALK=60 CNNLAB_WALK_SEED=1` for a longer walk, and others."""
    reader = Wanderer(desk.tab(), int(os.environ.get("CNNLAB_WALK_SEED", "5")))
    reader.go(int(os.environ.get("CNNLAB_WALK", "12")))
    assert "Traceback" not in server.log()


def test_on_a_phone_the_answers_are_in_sight_of_the_pad(browser, server):
    phone = Desk(browser, server.address, 390, 844)
    page = phone.tab("/predict")
    page.get_by_role("button", name="Draw an example 4").click()
    answer = page.locator(".answer .big:visible").first
    expect(answer).to_contain_text("4")
    page.wait_for_timeout(1500)  # the board is drawn anew when the page has heard of the drawing
    quiet(page)
    pad, box = (x.bounding_box() for x in (page.locator("canvas[data-part=pad]"), answer))
    assert pad
    assert box
    assert pad["width"] >= 240
    assert box["y"] + box["height"] <= 844
    phone.close()
    assert phone.complaints == []


def test_a_guess_uncovers_what_would_have_told_its_answer(desk):
    page = desk.tab("/train?run=lenet5_fashion_mnist&lesson=overfitting&step=1")
    curves = page.locator(".st-key-training-view")
    guess = page.get_by_role("button", name="That is my guess")
    expect(guess).to_be_visible()
    expect(curves).to_be_attached()
    expect(curves).to_be_hidden()
    page.wait_for_function("localStorage.getItem('cnnlab-reader-key')")
    quiet(page)  # a browser's first page runs twice
    guess.click()
    expect(curves).to_be_visible()
