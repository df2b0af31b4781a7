"""The lab from a terminal: every verb of the pages, without them.

`--json` prints machine-readable output on stdout and nothing else.
"""

import argparse
import json
import re
import sys

from cnnlab.commands import VERBS
from cnnlab.errors import LabError
from cnnlab.terminal import harmless, silence_chatter


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; 0 when it worked, 1 with one sentence on stderr when it did not."""
    options = parser().parse_args(_joined(sys.argv[1:] if arguments is None else arguments))
    try:
        answer = options.verb(options)
    except LabError as error:
        print(harmless(f"cnnlab: {error}"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if options.json:
        print(json.dumps(answer))
    elif isinstance(answer, str):
        print(harmless(answer))
    return 0


def _joined(arguments: list[str]) -> list[str]:
    """`--range -1..1` as `--range=-1..1`: a value that begins like a number is no option."""
    joined: list[str] = []
    for word in arguments:
        flag = joined[-1] if joined else ""
        if re.match(r"-[\d.]", word) and flag.startswith("--") and "=" not in flag:
            joined[-1] = f"{flag}={word}"
        else:
            joined.append(word)
    return joined


def parser() -> argparse.ArgumentParser:
    """The command line's grammar; the training options come from the recipe's knobs."""
    top = argparse.ArgumentParser(prog="python -m cnnlab", description=__doc__.splitlines()[0])
    verbs = top.add_subparsers(required=True, metavar="VERB")

    for card in VERBS:
        words = card.description.replace("%", "%%")
        added = verbs.add_parser(card.name, help=words, description=words)
        added.add_argument("--json", action="store_true", help="print JSON, nothing else")
        added.set_defaults(verb=card.function)
        card.options(added)
    return top


if __name__ == "__main__":
    silence_chatter()
    raise SystemExit(main())
