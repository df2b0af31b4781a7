"""Where things live on disk. Two places are the reader's to set, by environment variable."""

import functools
import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTABLE = ("CNNLAB_RUNS", "CNNLAB_DATA")
STUDIES = "studies"  # beside the runs they made: no run may be called so
ROOMS = "rooms"  # of classes, likewise


def runs_dir() -> Path:
    """Folder of the runs: `CNNLAB_RUNS`, else `runs/` beside `app.py`. May not exist yet."""
    return _resolved(os.environ.get("CNNLAB_RUNS") or str(ROOT / "runs"), os.getcwd())


def studies_dir() -> Path:
    """Folder of the studies. May not exist yet."""
    return runs_dir() / STUDIES


def rooms_dir() -> Path:
    """Folder of the rooms of classes. May not exist yet."""
    return runs_dir() / ROOMS


def data_dir() -> Path:
    """Folder of the datasets: `CNNLAB_DATA`, else `~/.cache/cnnlab`. May not exist yet."""
    text = os.environ.get("CNNLAB_DATA") or "~/.cache/cnnlab"
    return _resolved(text, os.environ.get("HOME", "") if text.startswith("~") else os.getcwd())


@functools.lru_cache(maxsize=32)
def _resolved(text: str, _begun_at: str) -> Path:
    """A path as it was set, absolute; kept, for a page asks for it some fifty times."""
    return Path(text).expanduser().resolve()


def pretrained_dir() -> Path:
    """Folder of the finished runs we ship. Read-only."""
    return ROOT / "pretrained"


def settings() -> dict[str, str]:
    """What the reader has set of the two places, by environment variable."""
    return {name: os.environ[name] for name in SETTABLE if name in os.environ}


def use(settings: Mapping[str, str]) -> None:
    """Look where another process of the lab looks: `settings` as `settings()` gave them there."""
    for name in SETTABLE:
        if name in settings:
            os.environ[name] = settings[name]
        else:
            os.environ.pop(name, None)
