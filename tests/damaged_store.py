"""A store in which every file of a run is damaged in every way, one way a run, and one is sound."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cnnlab.runs import Run

SOUND = "0001-sound"
HUGE = 10**400
ANYTHING = ([], 5, None, "text", {}, [[]], float("nan"))


def damages(sound: Path) -> Iterator[tuple[str, str, bytes | None]]:
    """Name, file and new content (None: no such file) of every damage to a sound run's files."""
    for file in ("config.json", "metrics.json", "status.json", "notes.json", "confusion.json"):
        for number, content in enumerate(ANYTHING):
            yield f"{file}-{number}", file, json.dumps(content).encode()
        yield f"{file}-half", file, b'{"state": '
        yield f"{file}-deep", file, b"[" * 100_000
        yield f"{file}-bytes", file, bytes(range(256))
        yield f"{file}-later", file, b'{"version": 99}'
        yield f"{file}-gone", file, None
    for file in ("config.json", "metrics.json"):
        yield from _inside(file, json.loads((sound / file).read_text()))
    for file in ("history.csv", "progress.jsonl", "norms.jsonl", "examples.jsonl"):
        for number, content in enumerate(LINES):
            yield f"{file}-{number}", file, content
    for file in ("model.tflite", "model.keras", "examples.npz"):
        whole = (sound / file).read_bytes()
        for number, content in enumerate((b"", b"no model", whole[: len(whole) // 2], None)):
            yield f"{file}-{number}", file, content


def _inside(file: str, content: dict[str, Any]) -> Iterator[tuple[str, str, bytes]]:
    """One key after the other holds something else, is missing, or is far out of range."""
    for key, value in content.items():
        odd = {} if isinstance(value, list) else ([] if isinstance(value, dict) else [1])
        yield f"{file}-{key}-odd", file, _json(content | {key: odd})
        yield f"{file}-{key}-huge", file, _json(content | {key: HUGE})
    missing = {key: value for key, value in content.items() if key not in ("recipe", "params")}
    yield f"{file}-missing", file, _json(missing)
    if file == "config.json":
        for number, change in enumerate(_odd_configs(content)):
            yield f"{file}-nested-{number}", file, _json(content | change)


def _odd_configs(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"after": 5}
    yield {"after": [5]}
    yield {"after": ["../../etc/passwd"]}
    yield {"parent": {}, "compression": "x"}
    yield {"parent": "0001-sound", "compression": {"kind": "distillation"}}
    made = {"kind": "distillation", "method": "nobody", "settings": {}}
    yield {"parent": "0001-sound", "compression": made}
    yield {"parent": "0404-gone", "compression": made | {"method": "hinton", "scratch": "0404"}}
    yield {"parent": "0001-sound", "compression": made | {"kind": "magic", "method": "hinton"}}
    yield {"architecture": "nobody"}
    yield {"dataset": "nothing"}
    yield {"dataset": "own-deleted"}
    yield {"architecture": "../../etc", "dataset": "<b>"}
    yield {"input_shape": [100_000, 100_000, 3]}
    yield {"input_shape": [28, 28]}
    yield {"labels": ["a"]}
    yield {"labels": list(range(10))}
    yield {"classes": 3}
    yield {"knobs": {"width": {"a": 1}}}
    yield {"knobs": {"nobody": 1}}
    yield {"imported": {"file": 5}}
    yield {"network_file": "../../etc/passwd"}
    yield {"title": "\ud83d"}
    for recipe in (
        {"epochs": "ten"},
        {"epochs": -1},
        {"epochs": HUGE},
        {"batch_size": 0},
        {"optimizer": "nobody"},
        {"schedule": ["cosine"]},
        {"learning_rate": float("nan")},
        {"seed": 1.5},
    ):
        yield {"recipe": config["recipe"] | recipe}
    yield {"recipe": {"epochs": 3}}


LINES = (
    b"",
    b"[1, 2]\n[3]\n",
    b"\0\0\0\n\xff\xfe\n",
    b"epoch,loss\n1,2\n",
    b"epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds,images_per_s\n"
    b"1,nan,inf,nan,nan,nan,nan,nan\n",
    b"epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds,images_per_s\n"
    b"1e999,1,1,1,1,1,1,1\n2,1e999,9,1,-3,1,-1,1\n",
    b'{"epoch": 1}\n{"epoch": "x", "batch": 1, "batches": 0}\n5\nnull\n[]\n',
    b'{"epoch": 1, "layers": ["a"], "weights": [], "gradients": [NaN]}\n',
    b'{"epoch": 1, "answers": [99999]}\n{"epoch": 2, "answers": [-1, "x"]}\n',
    b'{"time": 1, "epoch": 0, "batch": 1, "batches": 0, "loss": 1, "accuracy": 1, '
    b'"learning_rate": 1, "images_per_s": 1}\n',
    None,
)


def fill(store: Path, trained: Path) -> list[str]:
    """Make the store from a finished run; the names of the damaged runs."""
    sound = store / SOUND
    _linked(trained, sound)
    names = []
    for number, (name, file, content) in enumerate(damages(sound), start=2):
        folder = store / f"{number:04d}-{name.replace('.', '-')}"
        _linked(trained, folder)
        (folder / file).unlink(missing_ok=True)
        if content is not None:
            (folder / file).write_bytes(content)
        os.utime(folder, (1.7e9, 1.7e9))  # young ones may still be in the making
        names.append(folder.name)
    return names


def _linked(trained: Path, folder: Path) -> None:
    """A run of the same files; a link costs no time."""
    folder.mkdir(parents=True)
    for file in trained.iterdir():
        if file.is_file() and file.name != "lock":
            os.link(file, folder / file.name)


def _json(content: Any) -> bytes:
    return json.dumps(content).encode()


def sound_run(store: Path) -> Run:
    """The run nothing was done to."""
    return Run(store / SOUND)
