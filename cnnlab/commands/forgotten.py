"""What a smaller run no longer reads."""

import argparse
from typing import Any

from cnnlab.commands import say, verb
from cnnlab.errors import LabError


def _child(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN")
    parser.add_argument(
        "--than", default="", metavar="OTHER", help="another run than the one it was made from"
    )


@verb(options=_child)
def forgotten(options: argparse.Namespace) -> dict[str, Any]:
    """Test pictures that a run lost which its parent reads, pair by pair."""
    from cnnlab import runs
    from cnnlab.compression.forgotten import forgotten

    child = runs.find(options.run)
    name = options.than or child.config.parent
    if not name:
        raise LabError(f"{child.name} was made from no other run: name one with --than RUN.")
    parent = runs.find(name)
    found = forgotten(str(parent.path), str(child.path))
    say(
        options,
        f"Of {found.count:,} test pictures {parent.name} reads {found.lost:,} that {child.name} "
        f"does not, and {child.name} {found.gained:,} that {parent.name} does not.",
    )
    for truth, predicted, count in found.pairs:
        say(options, f"{count:>6,}  {truth} called {predicted}")
    return {
        "parent": parent.name,
        "run": child.name,
        "count": found.count,
        "lost": found.lost,
        "gained": found.gained,
        "pairs": [
            {"truth": truth, "predicted": predicted, "count": count}
            for truth, predicted, count in found.pairs
        ],
        "pictures": [
            {"index": one.index, "truth": one.truth, "predicted": one.predicted}
            for one in found.pictures
        ],
    }
