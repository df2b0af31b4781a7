"""The child of `_process`: one task, its progress and its result as JSON lines."""

import base64
import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from cnnlab.datasets._collection.importing import import_collection
from cnnlab.datasets._overview import count_overview
from cnnlab.datasets._own.importing import import_pictures
from cnnlab.datasets._own.preview import sample_pictures
from cnnlab.datasets._own.survey import survey
from cnnlab.errors import LabError

# Enough for any dataset here; a file made to exhaust memory ends this process alone.
MEMORY_BYTES = 8 * 2**30


def preview(source: str, side: int, channels: int, preparation: str) -> dict[str, Any]:
    """Sample pictures as text."""
    labels, pictures = sample_pictures(source, side, channels, preparation)
    text = base64.b64encode(pictures.tobytes()).decode()
    return {"labels": labels, "shape": pictures.shape, "pictures": text}


TASKS: dict[str, Callable[..., Any]] = {
    "overview": count_overview,
    "preview": preview,
    "survey": lambda source: asdict(survey(source)),
    "import": lambda *args, **options: asdict(import_pictures(*args, **options)),
    "import-collection": lambda *args, **options: asdict(import_collection(*args, **options)),
}
REPORTS = ("overview", "import", "import-collection")


def say(**message: Any) -> None:
    """One line to the parent."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main(task: str, arguments: str) -> None:
    """Runs a task with arguments given as JSON `[positional, named]`."""
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    args, options = json.loads(arguments)
    if task in REPORTS:
        options["progress"] = lambda done, total: say(done=done, total=total)
    try:
        say(result=TASKS[task](*args, **options))
    except LabError as error:
        say(error=str(error))
    except MemoryError:
        say(error="The pictures need more memory than this machine gives: take fewer of them.")


if __name__ == "__main__":
    main(*sys.argv[1:3])
