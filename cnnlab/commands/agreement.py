"""Do two runs differ by more than chance?"""

import argparse
from dataclasses import asdict
from typing import Any

from cnnlab.commands import say, verb


def _two(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("other", metavar="OTHER")


@verb(options=_two)
def agreement(options: argparse.Namespace) -> dict[str, Any]:
    """Two runs on the same test pictures: who reads what, and McNemar's exact test."""
    from cnnlab import runs
    from cnnlab.evaluation.report import duel

    first, second = runs.find(options.run), runs.find(options.other)
    found = duel(str(first.path), str(second.path))
    for words, count in (
        ("both right", found.both),
        (f"only {first.name} right", found.only_first),
        (f"only {second.name} right", found.only_second),
        ("neither", found.neither),
        ("answered alike", found.alike),
    ):
        say(options, f"{words:40} {count:>8,}  {count / found.count:7.2%}")
    say(options, f"McNemar's exact test: p = {found.p_value:.3g}. {found.verdict}")
    return asdict(found) | {"runs": [first.name, second.name], "count": found.count}
