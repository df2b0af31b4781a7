"""The child of `_process`: one task, its progress and its result as JSON lines."""

import base64
import json
import os
import resource
import sys
from dataclasses import asdict

from cnnlab.datasets._import import import_pictures, sample_pictures
from cnnlab.datasets._overview import count_overview
from cnnlab.datasets._survey import survey
from cnnlab.errors import LabError

# Enough for any dataset here; a file made to exhaust memory ends this process alone.
MEMORY_BYTES = 8 * 2**30


def preview(*args) -> dict:
    """Sample pictures as text."""
    labels, pictures = sample_pictures(*args)
    text = base64.b64encode(pictures.tobytes()).decode()
    return {"labels": labels, "shape": pictures.shape, "pictures": text}


TASKS = {
    "overview": count_overview,
    "preview": preview,
    "survey": lambda source: asdict(survey(source)),
    "import": lambda *args, **options: asdict(import_pictures(*args, **options)),
}
REPORTS = ("overview", "import")


def say(**message) -> None:
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
