"""The lab from a terminal: every verb of the pages, without them.

`--json` prints machine-readable output on stdout and nothing else.
"""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from cnnlab.commands import compress, evaluate, info, train, transfer
from cnnlab.errors import LabError


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; 0 when it worked, 1 with one sentence on stderr when it did not."""
    options = parser().parse_args(arguments)
    try:
        answer = options.verb(options)
    except LabError as error:
        print(f"cnnlab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if options.json:
        print(json.dumps(answer))
    elif isinstance(answer, str):
        print(answer)
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line's grammar; the training options come from the recipe's knobs."""
    top = argparse.ArgumentParser(prog="python -m cnnlab", description=__doc__.splitlines()[0])
    verbs = top.add_subparsers(required=True, metavar="VERB")

    def verb(
        function: Callable[[argparse.Namespace], Any], name: str, help_text: str
    ) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=help_text, description=help_text)
        added.add_argument("--json", action="store_true", help="print JSON, nothing else")
        added.set_defaults(verb=function)
        return added

    for kind in (info, train, compress, evaluate, transfer):
        kind.add(verb)
    return top


if __name__ == "__main__":
    raise SystemExit(main())
