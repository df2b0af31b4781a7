"""The verbs of the command line, a file for each kind.

Every file has `add(verb)`, which writes its verbs into the grammar; a verb takes the parsed
options and returns what `--json` prints. Rooms with Keras are imported inside the verbs, so that
the help and the light ones answer at once.
"""

import argparse
from collections.abc import Callable
from typing import Any

# Makes one verb: `verb(function, name, help_text)`.
Verb = Callable[[Callable[[argparse.Namespace], Any], str, str], argparse.ArgumentParser]


def say(options: argparse.Namespace, text: str, end: str = "\n") -> None:
    if not options.json:
        print(text, end=end, flush=True)
