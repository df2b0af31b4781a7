"""What the reader writes beside a run: a name, a note and tags, in `notes.json`."""

from collections.abc import Iterable

from cnnlab.schema import Notes

NOTE_CHARACTERS = 2000
MOST_TAGS, TAG_CHARACTERS = 12, 30
TITLE_CHARACTERS = 80


def tidied(text: str, tags: Iterable[str], title: str = "") -> Notes:
    """Notes as they are kept: no empty or double tags, nothing longer than its limit."""
    words = (" ".join(tag.split())[:TAG_CHARACTERS] for tag in tags)
    kept = tuple(dict.fromkeys(word for word in words if word))[:MOST_TAGS]
    name = " ".join(title.split())[:TITLE_CHARACTERS]
    return Notes(text.strip()[:NOTE_CHARACTERS], kept, name)
