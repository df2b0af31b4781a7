"""A reader who wanders: pages in a random order, and choices made on each.

Every order must work, for the state of one page is no other page's. What is started, deleted,
brought or fetched is left alone; everything else that can be chosen may be.
"""

import random

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as Late

# Buttons that start, end or fetch something, and those that ask the machine for a file.
LEFT_ALONE = ("start", "stop", "delete", "resume", "train", "import", "download", "fetch", "again")
MAIN = "[data-testid=stMain] "
KINDS = {
    "radio": MAIN + "[role=radio]:visible",
    "switch": MAIN + "label:has(input[type=checkbox]):visible",
    "list": MAIN + "[role=combobox]:visible:not([aria-disabled=true])",
    "slider": MAIN + "[role=slider]:visible",
    "button": MAIN + "[data-testid=stButton] [data-testid=stBaseButton-secondary]:visible",
}


class Wanderer:
    """Goes from page to page in a tab; `path` tells the way for whoever has to go it again."""

    def __init__(self, page: Page, seed: int) -> None:
        self._page, self._chance = page, random.Random(seed)
        self.path: list[str] = []

    def go(self, changes: int, choices: int = 2) -> None:
        """Open so many pages, and make up to so many choices on each."""
        for _ in range(changes):
            self._another_page()
            for _ in range(self._chance.randint(1, choices)):
                self._choose()

    def _another_page(self) -> None:
        menu = self._page.get_by_test_id("stSidebarNavLink")
        expect(menu.first).to_be_visible()
        if self.path and self._chance.random() < 0.15:
            self.path.append("back")
            self._page.go_back()
        else:
            entry = menu.nth(self._chance.randrange(menu.count()))
            self.path.append(entry.inner_text().split("\n")[-1])
            entry.click()
        self._sound()

    def _choose(self) -> None:
        kind = self._chance.choice(list(KINDS))
        found = self._page.locator(KINDS[kind])
        if not found.count():
            return
        control = found.nth(self._chance.randrange(found.count()))
        words = (control.get_attribute("aria-label") or control.inner_text()).strip()[:40]
        if kind == "button" and any(word in words.lower() for word in LEFT_ALONE):
            return
        self.path.append(f"{kind} {words!r}")
        try:
            self._take(kind, control)
        except Late:  # it went while the page was drawn anew, or lies below another
            self.path[-1] += " (gone)"
        self._sound()

    def _take(self, kind: str, control: Locator) -> None:
        if kind == "slider":
            control.press(self._chance.choice(["ArrowLeft", "ArrowRight", "End"]), timeout=4000)
            return
        control.click(timeout=4000)
        if kind == "list":
            offered = self._page.get_by_role("option")
            offered.first.wait_for(timeout=4000)
            place = self._chance.randrange(max(1, min(offered.count(), 12)))
            self.path[-1] += f" -> {offered.nth(place).inner_text()[:40]!r}"
            offered.nth(place).click(timeout=4000)
        if kind == "list" or self._page.locator("[data-baseweb=popover]").count():
            self._page.keyboard.press("Escape")

    def _sound(self) -> None:
        """The page settles, without a stack trace and without an error box."""
        self._page.wait_for_timeout(250)
        way = " > ".join(self.path[-12:])
        expect(self._page.get_by_test_id("stStatusWidget"), way).to_have_count(0)
        expect(self._page.get_by_test_id("stSkeleton"), way).to_have_count(0)
        expect(self._page.get_by_test_id("stException"), way).to_have_count(0)
        wrong = self._page.get_by_test_id("stAlertContentError")
        assert wrong.count() == 0, f"{wrong.all_inner_texts()} after {way}"
