"""The verbs of the command line: a card beside each one's function, in a file for each kind.

A verb takes the parsed options and returns what `--json` prints; its docstring is its help. A
new file with an `@verb` is found by itself. Rooms with Keras are imported inside the verbs, so
that the help and the light ones answer at once.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from cnnlab.registry import FunctionCard, Registry


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
        print(text, end=end, flush=True)
