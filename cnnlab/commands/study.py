"""Studies: one question, many runs."""

import argparse
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlab.commands import say, verb, write_file
from cnnlab.commands.options import add_action, add_recipe_options, pair, recipe_of, shape

if TYPE_CHECKING:
    from cnnlab.studies import Answer

# The flags that have a name of their own; every other setting of a kind is `--set NAME=VALUE`.
_FLAGS = {
    "budget": "budget",
    "from": "smallest",
    "to": "largest",
    "minutes": "minutes",
    "seeds": "seeds",
}

_HELP = {
    "budget": "params, bytes, ram or macs; board:NAME for networks that fit on a board, which "
    "`boards` lists"
}
_ON_BOARD = "board:"  # of --budget: what fits there, on the usual axis


def _actions(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _new(add_action(actions, "new", _begin, "begin a study"))
    for name, function, words in (
        ("show", _show, "what it found so far"),
        ("stop", _stop, "stop it; it can be resumed"),
        ("resume", _resume, "let it go on, and try again what failed"),
        ("export", _export, "write its report as one HTML file"),
        ("delete", _delete, "delete it, its runs stay unless --with-runs"),
    ):
        added = add_action(actions, name, function, words)
        added.add_argument("name", metavar="NAME")
        if name == "export":
            added.add_argument("file", metavar="FILE.html", nargs="?", default="")
        if name == "delete":
            added.add_argument("--with-runs", action="store_true", help="and all its runs")
        if name == "resume":
            added.add_argument("--wait", action="store_true", help="show how it goes")
    add_action(actions, "list", _list, "all studies")


def _new(added: argparse.ArgumentParser) -> None:
    from cnnlab.studies import STUDIES

    added.add_argument("name", metavar="NAME")
    added.add_argument("--run", default="", help="begin with this run: its network, data, recipe")
    added.add_argument("--dataset", help="digits where none is named")
    added.add_argument("--architecture", metavar="A[,B]", help="ladder where none is named")
    added.add_argument("--kind", help=f"budget, or one of {', '.join(STUDIES.names())}")
    for flag, name in _FLAGS.items():
        added.add_argument(
            f"--{flag}", dest=f"set_{name}", metavar=name.upper(), help=_HELP.get(flag)
        )
    added.add_argument(
        *("--set", "-s"),
        action="append",
        default=[],
        type=pair,
        metavar="NAME=VALUE",
        help="another setting of this kind of study; may be repeated",
    )
    added.add_argument("--input", type=shape, metavar="HxWxC", help="input size, such as 28x28x1")
    added.add_argument("--owner", default=os.environ.get("USER", ""), help="whose turn it is")
    added.add_argument("--no-wait", action="store_true", help="come back at once")
    add_recipe_options(added)


@verb(options=_actions)
def study(options: argparse.Namespace) -> Any:
    """One question, many runs: how small can it get? (new, show, stop, resume, export, ...)"""
    return options.action(options)


def _begin(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import runs, studies

    given = {name: getattr(options, f"set_{name}") for name in _FLAGS.values()}
    settings = {name: value for name, value in given.items() if value is not None}
    if str(settings.get("budget", "")).startswith(_ON_BOARD):
        settings["board"] = settings.pop("budget").removeprefix(_ON_BOARD)
    first = studies.Request("digits", ("ladder",))
    if options.run:
        first = studies.smaller(runs.find(options.run))
    names = tuple(name.strip() for name in (options.architecture or "").split(",") if name.strip())
    request = replace(
        first,
        dataset=options.dataset or first.dataset,
        architectures=names if options.architecture is not None else first.architectures,
        kind=options.kind or first.kind,
        settings={**first.settings, **settings, **dict(options.set)},
        training={**first.training, **recipe_of(options)},
        input_shape=options.input or first.input_shape,
    )
    made = studies.start(options.name, request, options.owner)
    plan = made.plan
    for note in plan.notes:
        say(options, note)
    expected = studies.spoken(plan.seconds)
    say(options, f"{made.name}: {len(plan.rungs)} rungs, about {expected}, in {made.path}")
    if options.no_wait:
        return studies.answer(made).to_json()
    return _follow(options, made)


def _follow(options: argparse.Namespace, made: Any) -> dict[str, Any]:
    """Show a study until it ends; leaving with Ctrl-C does not stop it."""
    from cnnlab import studies

    shown: set[str] = set()
    while True:
        found = studies.answer(made)
        for point in found.points:
            for run in point.runs:
                if run not in shown:
                    cost = found.axis.words(found.axis.of(point.costs) or 0)
                    left = studies.spoken(found.seconds_left)
                    say(options, f"{cost}: {point.accuracy:.2%} ({run}); about {left} left")
                    shown.add(run)
        if found.state not in ("running", "stopping"):
            break
        time.sleep(0.5)
    _say(options, found)
    return found.to_json()


def _say(options: argparse.Namespace, found: "Answer") -> None:
    from cnnlab import studies

    left = studies.spoken(found.seconds_left) if found.seconds_left else "nothing"
    done = f"{found.steps_done} of {found.steps} runs, {left} left"
    say(options, f"{found.study.name} is {found.state}: {done}.")
    for point in found.points:
        low, high = point.spread
        spread = f", {low:.2%} to {high:.2%}" if len(point.accuracies) > 1 else ""
        marks = " front" * (point.rung in found.front) + " knee" * (point.rung == found.knee)
        cost = found.axis.words(found.axis.of(point.costs) or 0)
        name = point.title or point.way
        title = f"{name}: " if name else ""
        chip = f"  from {board} on" if (board := studies.smallest_board(point)) else ""
        say(options, f"  {title}{cost:>24}  {point.accuracy:.2%}{spread}{marks}{chip}")
    for run, message in found.failed.items():
        say(options, f"  {run} failed: {message}")
    if found.deleted:
        names = ", ".join(found.deleted)
        say(options, f"Deleted meanwhile, their figures are kept: {names}.")
    if found.sentence:
        say(options, found.sentence)


def _show(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import studies

    found = studies.answer(studies.find(options.name))
    _say(options, found)
    return found.to_json()


def _stop(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import studies

    made = studies.find(options.name)
    studies.stop(made)
    say(options, f"{made.name} is asked to stop.")
    return {"name": made.name, "state": made.state}


def _resume(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import studies

    made = studies.find(options.name)
    studies.resume(made)
    say(options, f"{made.name} goes on.")
    return _follow(options, made) if options.wait else {"name": made.name, "state": made.state}


def _export(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import studies

    made = studies.find(options.name)
    file = Path(options.file or f"{made.name}.html")
    write_file(file, studies.report(studies.answer(made)).encode())
    say(options, f"{file}: {file.stat().st_size:,} bytes")
    return {"name": made.name, "file": str(file)}


def _delete(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import studies

    made = studies.find(options.name)
    count = studies.delete(made, options.with_runs)
    say(options, f"{made.name} is deleted" + (f", and {count} runs." if options.with_runs else "."))
    return {"name": made.name, "deleted": True, "runs": count}


def _list(options: argparse.Namespace) -> list[dict[str, Any]]:
    from cnnlab import studies

    found = [studies.answer(made) for made in studies.list_studies()]
    for one in found:
        done = f"{one.steps_done}/{one.steps}"
        say(options, f"{one.study.name:24} {one.state:12} {done:>8}  {one.sentence}")
    if not found:
        say(options, "There are no studies yet: `python -m cnnlab study new NAME` begins one.")
    return [one.to_json() for one in found]
