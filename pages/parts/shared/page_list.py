"""The pages there are, by their files."""

import ast
import functools
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class PageEntry:
    """A page in the menu: its file, its name, its icon and its place, the lowest first."""

    file: str
    title: str
    icon: str
    turn: int


def page_list() -> list[PageEntry]:
    """Every page, in the menu's order."""
    files = [file for file in FOLDER.glob("*.py") if not file.name.startswith("_")]
    entries = [_entry(file, file.stat().st_mtime_ns) for file in files]
    return sorted(entries, key=lambda entry: (entry.turn, entry.title))


@functools.lru_cache(maxsize=100)
def _entry(file: Path, stamp: int) -> PageEntry:
    """What the page says of itself in `TITLE, ICON, TURN = ...`, read without running it."""
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "(TITLE, ICON, TURN)":
            return PageEntry(file.name, *ast.literal_eval(node.value))
    return PageEntry(file.name, file.stem.replace("_", " ").capitalize(), ":material/article:", 999)
