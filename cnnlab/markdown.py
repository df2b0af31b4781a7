"""A reader's words where Markdown is read: shown as they are, on every page and in every file."""

import re
import unicodedata

# No sign that Markdown or Streamlit reads, and no beginning of a list.
_TAME = re.compile(r"(?![-+=]|\d+[.)])[^\\`*_\[\]<>$:~|#!@&\n]*")
# Invisible signs that turn the direction of all that follows them on the line.
_TURNING = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_ISOLATED, _ISOLATED_END = "\u2068", "\u2069"


def literal(words: str) -> str:
    """Words shown letter by letter, never followed, on one line.

    An invisible word joiner keeps addresses from becoming links; words written from right to left
    leave what stands around them where it is. Words in which Markdown would find nothing stay as
    they are.
    """
    if words.isascii() and _TAME.fullmatch(words) and "www." not in words:
        return words
    plain = upright(words)
    if _TAME.fullmatch(plain) and "www." not in plain:
        return plain
    unlinked = re.sub(r"(:(?=//)|www(?=\.)|@)", "\\1\u2060", " ".join(plain.split()))
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", unlinked)


def upright(words: str) -> str:
    """Words that turn nothing around them: signs of direction are gone, and what is written from
    right to left is set apart (Unicode Annex 9, "Isolates").
    """
    plain = unturned(words)
    turned = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in plain)
    return f"{_ISOLATED}{plain}{_ISOLATED_END}" if turned else plain


def unturned(words: str) -> str:
    """Words without the invisible signs of direction."""
    return _TURNING.sub("", words)


def shortened(words: str, most: int) -> str:
    """At most so many signs; an ellipsis is the last of them where more were there."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def code(words: str) -> str:
    """Words as code, on one line: fenced by more backticks in a row than they hold."""
    line = " ".join(words.split())
    most = max(map(len, re.findall("`+", line)), default=0)
    fence = "`" * (most + 1)
    rim = " " * (most > 0)
    return f"{fence}{rim}{line}{rim}{fence}"
