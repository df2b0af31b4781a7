"""A store in which every word that comes from outside is hostile, for looking at its pages."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cnnlab import datasets, paths, schema
from cnnlab.datasets._own.store import store
from cnnlab.schema import ImportedPictures, Pupil, Pupils, RoomConfig, RoomScore
from cnnlab.studies import _driver
from tests.studies import made

# Markup of each kind that browsers, Streamlit or spreadsheets obey, and what bends a line.
WORDS = (
    "<img src=x onerror=\"document.title='followed'\"> <b>bold</b>",
    "$x^2$ and $$y_1$$",
    ":red[boo] :material/home: :smile: :blue-badge[b]",
    "[a](javascript:alert(1)) ![p](//e.xx/p) www.e.xx a@e.xx https://e.xx",
    "# title",
    "=1+1",
    "`tick` ``` \\frac **bold** _it_ ~~gone~~ &lt; %3C {x} <https://e.xx>",
    "\u202eRTL override \u05d0\u05d1\u05d2 \u0627\u0644",
    "zero\u200bwidth\u200d\ufeff a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
    "300" + "W" * 297,
)
SOURCE = paths.ROOT / "pretrained" / "lenet5"


def fill(place: Path) -> None:
    """Runs, an own dataset, a study, a lesson and a room: the lab's own places must be set."""
    _dataset()
    for number, words in enumerate(WORDS):
        _run(f"{1 + number:04d}-hostile", words, WORDS[number - 1])
    nobodys = {"architecture": WORDS[2], "dataset": WORDS[3]}
    _run("0011-hostile", WORDS[0], WORDS[3], "failed", **nobodys)
    _run("0012-hostile", WORDS[9], WORDS[9], state="failed")
    _study()
    lessons(place / "lessons" / "hostile.toml")
    rooms()


def _rewritten(file: Path, **changes: object) -> None:
    known = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps(known | changes))


def _fingerprint() -> str:
    return datasets.load("own-mine").fingerprint


def _run(name: str, title: str, owner: str, state: str = "done", **config: object) -> None:
    folder = paths.runs_dir() / name
    shutil.copytree(SOURCE, folder)
    imported = {"file": WORDS[0], "notes": list(WORDS), "input_range": "0..1"}
    asked = {"dataset": "own-mine"} | config
    _rewritten(folder / "config.json", title=title, owner=owner, labels=WORDS, command=title,
               imported=imported, **asked)  # fmt: skip
    moment = {"state": state, "epoch": 20, "message": " ".join(WORDS), "phase": title}
    _rewritten(folder / "status.json", **moment)
    _rewritten(folder / "metrics.json", device=title, variant=title, fingerprint=_fingerprint())
    _rewritten(folder / "notes.json", text="\n".join(WORDS), tags=list(WORDS[1:6]))


def _dataset() -> None:
    counts = dict.fromkeys(WORDS, 12)
    card = ImportedPictures("own-mine", counts, 20, 1, 2, 1, 20, notes=WORDS)
    part = np.array([0] * 80 + [1] * 20 + [2] * 20, np.int8)
    pixels = np.random.default_rng(0).integers(0, 255, (120, 28, 28, 1), np.uint8)
    store("mine", pixels, np.arange(120) % 10, part, "digit", card)


def _study() -> None:
    study = made.study("hostile", rungs=2, candidates=1, seeds=1)
    _driver.drive(study, made.dispatch, tick_s=0.001)
    file = study.path / "study.json"
    content = json.loads(file.read_text())
    for rung, words in zip(content["plan"]["rungs"], WORDS, strict=False):
        rung["title"] = words
    content["plan"]["notes"] = list(WORDS)
    file.write_text(json.dumps(content | {"owner": WORDS[0], "command": WORDS[3]}))


def lessons(file: Path, said: Sequence[str] = WORDS) -> None:
    """A lesson with a step of each of these words, and one of each that is short enough."""

    def quoted(words: str, most: int) -> str:
        return json.dumps(words[:most])

    steps = "".join(
        f"[[steps]]\nsay = {quoted(words, 600)}\ndo = {quoted(words, 600)}\npage = 'inside'\n"
        f"state = {{ run = 'lenet5', view = 'kernels' }}\n[steps.guess]\n"
        f"ask = {quoted(words, 300)}\nkind = 'slider'\nhigh = 90000\n"
        f"figure = 'trained_params'\nof = {{ run = 'lenet5' }}\nwhy = {quoted(words, 600)}\n"
        for words in said
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    head = f"minutes = 10\nturn = 1\nlearn = {quoted(said[-1], 300)}\n"
    file.write_text(f"title = {quoted(said[-1], 80)}\n{head}{steps}")
    for number, words in enumerate(said):
        title, learn = quoted(words, 80), quoted(words, 300)
        other = file.with_name(f"hostile_{number}.toml")
        body = "[[steps]]\nsay = 'See.'\npage = 'home'\n"
        other.write_text(f"title = {title}\nminutes = 1\nturn = 2\nlearn = {learn}\n{body}")


def rooms(said: Sequence[str] = WORDS) -> None:
    """A room of each of these words, whose pupils are called so."""
    for number, words in enumerate(said):
        folder = paths.rooms_dir() / f"{number:016x}"
        folder.mkdir(parents=True)
        word = "amber-otter-" + "abcdefghij"[number]
        config = RoomConfig(word, "0" * 32, words, 1e9 - number, ("digits_quickly",), since=0.0)
        schema.write(folder / "room.json", config)
        proofs = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(10)]
        names = [f"{n}{said[n % len(said)]}"[:100] for n in range(10)]
        pupils = [
            Pupil(n, f"Alias {i}", p, 1e9)
            for i, (n, p) in enumerate(zip(names, proofs, strict=True))
        ]
        schema.write(folder / "pupils.json", Pupils(tuple(pupils)))
        (folder / "scores").mkdir()
        for n in range(10):
            title = said[n % len(said)]
            score = RoomScore(
                f"{n:04d}-room", f"Alias {n}", title, "digits", proofs[n], n, 1e9 + n, 500 * n,
                10_000, 100, 0.9 if n else None, 0.9, 10_000, 10_000, message=title,
            )  # fmt: skip
            schema.write(folder / "scores" / f"{n:04d}-room.json", score)
