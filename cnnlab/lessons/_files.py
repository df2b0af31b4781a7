"""A lesson's file: read, held against its records, and refused with one sentence."""

import dataclasses
import difflib
import os
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from cnnlab import schema
from cnnlab.errors import LabError
from cnnlab.lessons._cards import FIGURES, Lesson
from cnnlab.schema import Guess, LessonFile, Step

TEXTS = Path(__file__).parent / "texts"
MOST_BYTES = 256 * 1024
_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,59}")
_KEY = re.compile(r"[A-Za-z0-9_-]+")


def teachers_dir() -> Path | None:
    """The folder of a teacher's own lessons, `CNNLAB_LESSONS`; None where none is set."""
    folder = os.environ.get("CNNLAB_LESSONS")
    return Path(folder).expanduser().resolve() if folder else None


def parsed(path: Path, pages: Collection[str] = (), taught_here: bool = False) -> Lesson:
    """The lesson in a file, checked whole; `pages` are those there are, if they are known.

    Raises:
        LabError: what in the file does not fit, in one sentence that names the place.
    """
    if not _NAME.fullmatch(path.stem):
        raise LabError(
            f"{path.name} should be named in small letters, digits and underscores: rename it."
        )
    content = _content(path)
    try:
        _known(LessonFile, content, "")
        file = schema.from_json(LessonFile, content)
        for number, step in enumerate(file.steps, 1):
            _sound(step, number, pages)
    except LabError as error:
        raise LabError(f"{path.name}: {_counted(str(error))}") from error
    return Lesson.of(path.stem, file, taught_here)


def _counted(words: str) -> str:
    """Steps as the reader counts them, from 1."""
    return re.sub(r"steps\[(\d+)\]\.?", lambda m: f"step {int(m[1]) + 1}, ", words, flags=re.I)


def _content(path: Path) -> dict[str, object]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise LabError(f"{path.name} is far too large for a lesson: make it shorter.")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise LabError(f"{path.name} is no TOML: {error}.") from error
    except UnicodeDecodeError as error:
        raise LabError(f"{path.name} is no text in UTF-8: save it so.") from error
    except OSError as error:
        raise LabError(f"{path.name} cannot be read ({error.strerror}).") from error


def _known(kind: type, content: object, where: str) -> None:
    """No key is misspelled: what a record does not know would silently be left out."""
    if not isinstance(content, Mapping):
        return
    known = [field.name for field in dataclasses.fields(kind)]
    for key in content:
        if key not in [*known, *(["version"] if kind is LessonFile else [])]:
            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}."
            raise LabError(f"{where}{key} is no key here; {hint}")
    steps = content.get("steps") if kind is LessonFile else None
    if isinstance(steps, list):
        for number, step in enumerate(steps, 1):
            _known(Step, step, f"step {number}, ")
            if isinstance(step, Mapping):
                _known(Guess, step.get("guess"), f"step {number}, guess.")


def _sound(step: Step, number: int, pages: Collection[str]) -> None:
    """What the records alone cannot say: pages, figures and what those ask for exist."""
    where = f"step {number}"
    if pages and step.page not in pages:
        raise LabError(f"{where}: there is no page {step.page!r}; there are {', '.join(pages)}.")
    keys = (*step.hide, *(step.guess.cover if step.guess else ()))
    if wrong := [key for key in keys if not _KEY.fullmatch(key)]:
        raise LabError(f"{where}: {wrong[0]!r} is no key of a control.")
    if step.guess is None:
        return
    try:
        card = FIGURES[step.guess.figure]
    except LabError as error:
        raise LabError(f"{where}: {error}") from error
    if set(step.guess.of) != set(card.asks):
        asks = ", ".join(card.asks)
        raise LabError(
            f"{where}: the figure {card.name} asks for {asks}; name them under guess.of."
        )
    kinds = {"word": "choice", "pair": "pair"}
    wanted = kinds.get(card.unit, "slider")
    if step.guess.kind != wanted:
        raise LabError(f"{where}: a guess at {card.name} is of the kind {wanted!r}.")
