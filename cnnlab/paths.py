"""Where things live on disk. Two places are the reader's to set, by environment variable."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STUDIES = "studies"  # beside the runs they made: no run may be called so


def runs_dir() -> Path:
    """Folder of the runs: `CNNLAB_RUNS`, else `runs/` beside `app.py`. May not exist yet."""
    return Path(os.environ.get("CNNLAB_RUNS") or ROOT / "runs").expanduser().resolve()


def studies_dir() -> Path:
    """Folder of the studies. May not exist yet."""
    return runs_dir() / STUDIES


def data_dir() -> Path:
    """Folder of the datasets: `CNNLAB_DATA`, else `~/.cache/cnnlab`. May not exist yet."""
    return Path(os.environ.get("CNNLAB_DATA") or "~/.cache/cnnlab").expanduser().resolve()


def pretrained_dir() -> Path:
    """Folder of the finished runs we ship. Read-only."""
    return ROOT / "pretrained"
