"""Heavy work on datasets in a process of its own, so that the server stays small and quick.

The child is `python -m cnnlab.datasets TASK ARGUMENTS`; it writes one JSON object a line:
`{"done": 3, "total": 10}` while it works, then `{"result": ...}` or `{"error": "sentence"}`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from cnnlab import paths
from cnnlab.errors import LabError


def run_task(
    task: str,
    *args: Any,
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> Any:
    """Runs one of `cnnlab.datasets.__main__.TASKS` and waits for its result.

    Args:
        task: "overview", "survey", "preview", "import" or "import-collection".
        args: Plain data, handed on as JSON; `options` likewise.
        progress: Called with (done, total); what it raises ends the child.

    Raises:
        LabError: what the task raised, or the child died.
    """
    words = [sys.executable, "-m", "cnnlab.datasets", task, json.dumps([args, options])]
    environment = {**os.environ, "PYTHONPATH": str(paths.ROOT)}
    last = ""
    with subprocess.Popen(
        words, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as child:
        try:
            for line in child.stdout or ():
                last = line.strip() or last
                message = _message(line)
                if "total" in message and progress:
                    progress(message["done"], message["total"])
                if "error" in message:
                    raise LabError(message["error"])
                if "result" in message:
                    return message["result"]
        finally:
            child.kill()
    raise LabError(f"Reading the pictures broke off ({last[:200] or 'out of memory?'}).")


def _message(line: str) -> dict[str, Any]:
    """One line of the child; anything that is no message of ours is empty."""
    if not line.startswith("{"):
        return {}
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return {}
