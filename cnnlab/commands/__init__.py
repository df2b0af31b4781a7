"""The verbs of the command line: a card beside each one's function, in a file for each kind.

A verb takes the parsed options and returns what `--json` prints; its docstring is its help. A
new file with an `@verb` is found by itself. Rooms with Keras are imported inside the verbs, so
that the help and the light ones answer at once.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cnnlab.errors import LabError
from cnnlab.registry import FunctionCard, Registry
from cnnlab.terminal import harmless


def _none(parser: argparse.ArgumentParser) -> None:
    """No options but those every verb has."""


@dataclass(frozen=True, kw_only=True)
class VerbCard(FunctionCard):
    """One verb; `options` adds its arguments to the parser of its own."""

    title: str = ""
    options: Callable[[argparse.ArgumentParser], None] = _none


VERBS: Registry[VerbCard] = Registry("verb", VerbCard, "cnnlab.commands")
verb = VERBS.register


def takes_run(parser: argparse.ArgumentParser) -> None:
    """One argument: the name of a run."""
    parser.add_argument("run", metavar="RUN")


def say(options: argparse.Namespace, text: str, end: str = "\n") -> None:
    """Print for a reader; with `--json` nothing but the answer is printed."""
    if not options.json:
        print(harmless(text), end=end, flush=True)


def write_file(file: Path, content: bytes) -> None:
    """What a verb leaves behind, at the place its reader named.

    Raises:
        LabError: the disk refuses.
    """
    try:
        file.write_bytes(content)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise LabError(f"{file} cannot be written ({why}): name another place.") from error
