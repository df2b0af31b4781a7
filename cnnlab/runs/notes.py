"""What the reader writes beside a run: a note and tags, in `notes.json`."""

from collections.abc import Iterable

from cnnlab.schema import Notes

NOTE_CHARACTERS = 2000
MOST_TAGS, TAG_CHARACTERS = 12, 30


def tidied(text: str, tags: Iterable[str]) -> Notes:
    """Notes as they are kept: no empty or double tags, nothing longer than its limit."""
    words = (" ".join(tag.split())[:TAG_CHARACTERS] for tag in tags)
    kept = tuple(dict.fromkeys(word for word in words if word))[:MOST_TAGS]
    return Notes(text.strip()[:NOTE_CHARACTERS], kept)
