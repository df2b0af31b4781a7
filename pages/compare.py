"""Compare: runs side by side, the best within a budget, the sources' tables, the records."""

from cnnlab.errors import LabError
from pages.parts.compare import budget, published, records, side_by_side
from pages.parts.shared.controls import one_of
from pages.parts.shared.header import header
from pages.parts.shared.plainly import show_error

TITLE, ICON, TURN = "Compare", ":material/leaderboard:", 90

VIEWS = {
    "Side by side": side_by_side.show,
    "Within a budget": budget.show,
    "Published beside measured": published.show,
    "Records": records.show,
}

header(TITLE, "What does a smaller network cost you, and what does it save?")
view = one_of("View", list(VIEWS), "view")
try:
    VIEWS[view or "Side by side"]()  # `?view=` sets none
except LabError as error:
    show_error(error)
