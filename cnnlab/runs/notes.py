"""What the reader writes beside a run: a note and tags, in `notes.json`."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cnnlab.errors import LabError
from cnnlab.runs.files import read_json

FILE = "notes.json"
NOTE_CHARACTERS = 2000
MOST_TAGS, TAG_CHARACTERS = 12, 30


@dataclass(frozen=True)
class Notes:
    """A note of some lines and a few short tags; both may be empty."""

    text: str = ""
    tags: tuple[str, ...] = ()


def read_notes(folder: Path) -> Notes:
    """The notes in a run's folder; a damaged file reads as none, for it hides no figure."""
    with suppress(LabError):
        found = read_json(folder / FILE)
        tags = found.get("tags", [])
        if isinstance(tags, list):
            return Notes(str(found.get("text", "")), tuple(map(str, tags)))
    return Notes()


def tidied(text: str, tags: Iterable[str]) -> Notes:
    """Notes as they are kept: no empty or double tags, nothing longer than its limit."""
    words = (" ".join(tag.split())[:TAG_CHARACTERS] for tag in tags)
    kept = tuple(dict.fromkeys(word for word in words if word))[:MOST_TAGS]
    return Notes(text.strip()[:NOTE_CHARACTERS], kept)
