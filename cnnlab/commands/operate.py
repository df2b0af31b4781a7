"""Operate on filters of a trained network."""

import argparse
from dataclasses import asdict
from typing import Any

from cnnlab.commands import say, takes_run, verb
from cnnlab.commands.options import pair
from cnnlab.errors import LabError


def _operations(parser: argparse.ArgumentParser) -> None:
    takes_run(parser)
    parser.add_argument("--layer", default="", help="its name, as summary lists it")
    parser.add_argument("--filter", type=int, default=0, help="its number, from 0")
    parser.add_argument("--operation", default="", help="silence, negate, swap, blur, sobel, ...")
    parser.add_argument(
        *("--set", "-s"),
        action="append",
        default=[],
        type=pair,
        metavar="NAME=VALUE",
        help="one of the operation's settings, such as other=5; may be repeated",
    )
    parser.add_argument(
        "--do",
        action="append",
        default=[],
        metavar="OPERATION:LAYER:FILTER",
        help="the same in one word, such as swap:conv1:3:other=5; repeated, in this order",
    )
    parser.add_argument("--save", action="store_true", help="keep the result as a run of its own")
    parser.add_argument("--title", default="", help="a name of your own for it")


@verb(options=_operations)
def operate(options: argparse.Namespace) -> dict[str, Any]:
    """Silence, negate, swap, blur, replace or copy a filter; what becomes of the answers?"""
    from cnnlab import lab, runs
    from cnnlab.surgery import all_operations, plan
    from cnnlab.surgery.questions import KeptRun, OperatedOnAll

    run = runs.find(options.run)
    operations = [plan.read(text) for text in options.do]
    if options.operation:
        settings = dict(options.set)
        operations.append(plan.planned(options.operation, options.layer, options.filter, settings))
    if not operations:
        names = ", ".join(card.name for card in all_operations())
        raise LabError(
            f"Say what is to be done: --layer conv1 --filter 3 --operation silence. There are: "
            f"{names}."
        )
    found = lab.ask(OperatedOnAll(run.path, tuple(operations)))
    for one in operations:
        say(options, plan.words(one))
    say(
        options,
        f"{found.before:.2%} of {found.count:,} test pictures before, {found.after:.2%} after: "
        f"{found.lost:,} lost, {found.gained:,} gained, {found.changed:,} answers changed.",
    )
    pairs = zip(found.labels, found.recall_before, found.recall_after, strict=True)
    for label, before, after in pairs:
        say(options, f"  {label:12} {before:7.2%} -> {after:7.2%}")
    kept = _kept(options, KeptRun(run.path, tuple(operations), options.title))
    told = {name: value for name, value in vars(found).items() if name != "flipped"}
    flipped = [
        {key: value for key, value in vars(one).items() if key != "picture"}
        for one in found.flipped
    ]
    done = [asdict(one) for one in operations]
    return {"run": run.name, "operations": done, **told, "flipped": flipped, "saved": kept}


def _kept(options: argparse.Namespace, question: Any) -> str:
    """The name of the run that was kept; "" where none was asked for."""
    from cnnlab import lab

    if not options.save:
        return ""
    name = str(lab.ask(question).name)
    say(options, f"Kept as {name}.")
    return name
