"""A room's word, and the made-up names of those who are in it."""

import hmac
import re
import secrets
from collections.abc import Collection
from pathlib import Path

# Five hundred short words that are told apart by ear: three of them are 126 million.
WORDS = tuple(Path(__file__).with_name("words.txt").read_text().split())
FIRST = ("Brisk", "Calm", "Clever", "Gentle", "Happy", "Keen", "Lively", "Quick", "Quiet", "Sunny")
SECOND = ("Badger", "Finch", "Fox", "Hare", "Heron", "Lynx", "Otter", "Owl", "Robin", "Wren")


def new_word() -> str:
    """Three words by lot, such as "amber-otter-lake"."""
    return "-".join(secrets.choice(WORDS) for _ in range(3))


def tidied(word: str) -> str:
    """A word as it is kept, however it was typed: "Amber otter lake" is "amber-otter-lake"."""
    return "-".join(re.findall(r"[a-z]+", word[:100].lower()))


def same(word: str, other: str) -> bool:
    """Whether two tidied words are the same; how long it takes tells nothing."""
    return hmac.compare_digest(word.encode(), other.encode())


def new_alias(taken: Collection[str]) -> str:
    """A made-up name that nobody in the room has.

    Raises:
        IndexError: all are taken, which more pupils than a room may have would need.
    """
    free = [name for f in FIRST for s in SECOND if (name := f"{f} {s}") not in taken]
    return secrets.choice(free)
