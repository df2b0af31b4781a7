"""A reader's words where Markdown is read: shown as they are, on every page and in every file."""

import re

# No sign that Markdown or Streamlit reads, and no beginning of a list.
_TAME = re.compile(r"(?![-+=]|\d+[.)])[^\\`*_\[\]<>$:~|#!@&\n]*")


def literal(words: str) -> str:
    """Words shown letter by letter, never followed, on one line.

    An invisible word joiner keeps addresses from becoming links. Words in which Markdown would
    find nothing stay as they are.
    """
    if _TAME.fullmatch(words) and "www." not in words:
        return words
    unlinked = re.sub(r"(:(?=//)|www(?=\.)|@)", "\\1\u2060", " ".join(words.split()))
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", unlinked)


def code(words: str) -> str:
    """Words as code, on one line: fenced by more backticks in a row than they hold."""
    line = " ".join(words.split())
    most = max(map(len, re.findall("`+", line)), default=0)
    fence = "`" * (most + 1)
    rim = " " * (most > 0)
    return f"{fence}{rim}{line}{rim}{fence}"
