"""Twenty pictures it never trains on: before it starts, and turning right while it learns."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from cnnlab import lab
from cnnlab.errors import LabError
from cnnlab.plots import maps
from cnnlab.runs import Run
from pages.parts.shared.elements import ELEMENTS
from pages.parts.shared.kept import kept

_HERE = Path(__file__).parent
_MOST_MARKS = 24  # of a picture's answers, the latest: a long training has thousands
_twenty = st.components.v2.component(
    "cnnlab_twenty",
    html="""<div class="twenty" data-part="twenty"></div>
        <p class="quiet" data-part="status" role="status"></p>""",
    css=(_HERE / "twenty.css").read_text(),
    js=ELEMENTS + (_HERE / "twenty.js").read_text(),
)


def show_before(dataset: str, input_shape: tuple[int, int, int]) -> None:
    """The pictures a training on this dataset would be asked about."""
    try:
        found = lab.example_pictures(dataset, input_shape)
    except LabError:
        return  # the form says already why this dataset or size cannot be
    if not len(found.pictures):
        return
    key = ("before", dataset, input_shape, len(found.pictures))
    sprite = kept(key, lambda: maps.pictures(found.pictures))
    truths = [found.labels[label] for label in found.classes]
    title = f"{_number(len(truths))} pictures it never trains on"
    data = _data(sprite, truths, [], title, "Press Start and watch them turn right.", "")
    _twenty(key="twenty", data=data)


def show_turning(run: Run) -> bool:
    """The pictures and what the network calls them now; whether there were any."""
    found = lab.examples(run)
    if found is None or not found.classes:
        return False
    labels = run.config.labels
    known = max(found.classes) < len(labels)
    if not known:
        return False
    sprite = kept(("examples", str(run.path), found.pictures.shape), lambda: _sprite(found))
    key = ("turning", str(run.path), found.key)
    _twenty(key="twenty", data=kept(key, lambda: _turning(found, sprite, labels)))
    return True


def _turning(found: lab.Examples, sprite: maps.Sprite, labels: Sequence[str]) -> dict[str, object]:
    """The pictures and their answers so far, in words: put together once an epoch for all."""
    truths = [labels[label] for label in found.classes]
    if not found.epochs:
        title = f"{_number(len(truths))} pictures it never trains on"
        return _data(sprite, truths, [], title, "Each is answered after every epoch.", "")
    rights = [
        [answer == label for answer in answers[-_MOST_MARKS:]]
        for answers, label in zip(found.answers, found.classes, strict=True)
    ]
    words = [labels[a[-1]] if a[-1] < len(labels) else "?" for a in found.answers]
    title = f"{sum(right[-1] for right in rights)} of {len(rights)} right"
    note = f"Validation pictures after epoch {found.epochs}{_turned(rights)}."
    answers = list(zip(words, rights, strict=True))
    return _data(sprite, truths, answers, title, note, f"{title}. {note}")


def _sprite(found: lab.Examples) -> maps.Sprite:
    return maps.pictures(found.pictures)


def _turned(rights: Sequence[Sequence[bool]]) -> str:
    """ ": 2 turned right, 1 turned wrong", as far as any did."""
    if len(rights[0]) < 2:
        return ""
    right = sum(one[-1] and not one[-2] for one in rights)
    wrong = sum(one[-2] and not one[-1] for one in rights)
    counts = [f"{n} turned {word}" for n, word in ((right, "right"), (wrong, "wrong")) if n]
    return f": {', '.join(counts)}" if counts else ""


def _number(count: int) -> str:
    return "Twenty" if count == 20 else str(count)


def _data(
    sprite: maps.Sprite,
    truths: Sequence[str],
    answers: Sequence[tuple[str, Sequence[bool]]],
    title: str,
    note: str,
    status: str,
) -> dict[str, object]:
    """What the grid shows; `answers` holds of each picture the word now and right or wrong, epoch
    by epoch.
    """
    empty: list[tuple[str, Sequence[bool]]] = [("", [])] * len(truths)
    pictures = [
        {"truth": truth, "answer": word, "right": list(right)}
        for truth, (word, right) in zip(truths, answers or empty, strict=True)
    ]
    data: dict[str, object] = {"pictures": pictures, **asdict(sprite)}
    data |= {"title": title, "note": note, "status": status}
    drawn = hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16]
    return {**data, "drawn": drawn}
