"""Which words of a text are explained."""

import functools
import re
from dataclasses import dataclass

from cnnlab.glossary._terms import TERMS, Term


@dataclass(frozen=True)
class Part:
    """A piece of a text, and the word it is, where it is explained."""

    text: str
    term: Term | None = None


def marked(text: str) -> tuple[Part, ...]:
    """The text in pieces: of each word of the glossary its first mention is marked."""
    parts, seen, end = [], set(), 0
    for found in _pattern().finditer(text):
        term = _by_form()[found[0].lower()]
        if term.name in seen:
            continue
        seen.add(term.name)
        parts += [Part(text[end : found.start()]), Part(found[0], term)]
        end = found.end()
    return tuple(part for part in [*parts, Part(text[end:])] if part.text)


@functools.cache
def _by_form() -> dict[str, Term]:
    return {form: term for term in TERMS for form in term.forms}


@functools.cache
def _pattern() -> re.Pattern[str]:
    """Any form, the longest first: "feature maps" before "map"."""
    forms = sorted(_by_form(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, forms))})\b", re.IGNORECASE)
