"""Make a run smaller: distill, pyramid, prune, quantize; look at the family; export."""

import argparse
from collections.abc import Sequence
from typing import Any

from cnnlab.commands import Verb, say
from cnnlab.commands.options import add_knobs, add_recipe_options, pair, recipe_of
from cnnlab.commands.train import follow
from cnnlab.errors import LabError


def add(verb: Verb) -> None:
    for function, name, text, usual in (
        (distill, "distill", "Teach a smaller network what a run knows; waits for it.", "hinton"),
        (pyramid, "pyramid", "Go down a ladder of networks, each teaching the next.", ""),
        (prune, "prune", "Take weights or whole filters away and train on.", "filters"),
        (quantize, "quantize", "Write a run in fewer bits and measure it.", "int8"),
    ):
        added = verb(function, name, text)
        added.add_argument("run", metavar="RUN")
        if usual:
            added.add_argument("--method", default=usual, help=f"usual: {usual}")
        added.add_argument(
            *("--set", "-s"),
            action="append",
            default=[],
            type=pair,
            metavar="NAME=VALUE",
            help="one of the method's settings; may be repeated",
        )
        if function in (distill, pyramid):
            _add_students(added, function is pyramid)
        if function is not quantize:
            add_recipe_options(added)
        added.add_argument("--title", default="", help="a name of your own")
    verb(ledger, "ledger", "What compression truly changed, run by run.").add_argument(
        "run", metavar="RUN"
    )
    exporting = verb(export, "export", "Pack a run for other programs; every file is checked.")
    exporting.add_argument("run", metavar="RUN")
    exporting.add_argument("file", metavar="FILE.zip", nargs="?", default="")
    exporting.add_argument("--format", action="append", default=[], help="usual: all of them")


def _add_students(added: argparse.ArgumentParser, several: bool) -> None:
    if several:
        added.add_argument("students", metavar="ARCHITECTURE", nargs="+")
    else:
        added.add_argument("student", metavar="ARCHITECTURE")
    add_knobs(added, "student")
    if not several:
        added.add_argument("--seeds", default="", help="several, such as 0,1,2")
    added.add_argument(
        "--alone", action="store_true", help="without the same student from scratch beside it"
    )


def distill(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import lab, runs

    made = lab.start_distillation(
        runs.find(options.run),
        options.method,
        options.student,
        dict(options.set),
        recipe_of(options),
        dict(options.knob),
        options.title,
        _seeds(options.seeds),
        not options.alone,
    )
    twins = [how.scratch for run in made if (how := run.config.compression)]
    results = [follow(options, run) for run in _known([*twins, *(run.name for run in made)])]
    for outcome in lab.outcomes(made):
        say(options, f"teacher      {_percent(outcome.teacher_accuracy)}")
        say(options, f"from scratch {outcome.scratch.words}")
        say(options, f"distilled    {outcome.distilled.words}")
    return {"runs": results}


def _known(names: Sequence[str | None]) -> list[Any]:
    from cnnlab import runs

    return [runs.find(name) for name in dict.fromkeys(names) if name]


def _seeds(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        raise LabError(f"Seeds read 0,1,2. Received: {text!r}.")
    return [int(part) for part in parts]


def _percent(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.2%}"


def pyramid(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import lab, runs
    from cnnlab.compression.distillation.pyramid import LADDERS

    ladder = [
        name
        for word in options.students
        for name in (LADDERS[word].rungs if word in LADDERS else (word,))
    ]
    levels = lab.start_pyramid(
        runs.find(options.run),
        ladder,
        dict(options.set),
        recipe_of(options),
        dict(options.knob),
        not options.alone,
    )
    twins = [how.scratch for run in levels if (how := run.config.compression)]
    names = [*(run.name for run in levels), *twins]
    return {"runs": [follow(options, run) for run in _known(names)]}


def prune(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import lab, runs

    parent = runs.find(options.run)
    settings = recipe_of(options)
    run = lab.start_pruning(parent, options.method, dict(options.set), settings, options.title)
    return follow(options, run)


def quantize(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import lab, runs

    parent = runs.find(options.run)
    run = lab.start_quantization(parent, options.method, dict(options.set), options.title)
    result = follow(options, run)
    say(options, f"{result['tflite_bytes']:,} bytes, of {parent.metrics.tflite_bytes:,}")
    return result


def ledger(options: argparse.Namespace) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from cnnlab import runs
    from cnnlab.compression import ledger as ledgers
    from cnnlab.compression.lineage import family

    members = [m for m in family(runs.find(options.run)) if m.run.tflite_file.is_file()]
    lines = [ledgers.line(str(member.run.path)) for member in members]
    for member, row in zip(members, ledgers.columns_of(lines), strict=True):
        say(options, f"{'  ' * member.depth}{member.run.name}: {member.made_by}")
        for title, words in list(row.items())[1:]:
            say(options, f"{'  ' * member.depth}    {title:16} {words}")
    say(options, f"Measured here: {ledgers.processor()}, LiteRT with one thread.")
    return [asdict(line) for line in lines]


def export(options: argparse.Namespace) -> dict[str, Any]:
    from dataclasses import asdict
    from pathlib import Path

    from cnnlab import export as exports
    from cnnlab import runs

    made = exports.bundle(runs.find(options.run), options.format)
    file = Path(options.file or made.name)
    file.write_bytes(made.content)
    for check in made.checks:
        state = "packed " if check.passed else "LEFT OUT"
        say(options, f"{state} {check.file:24} {check.size_bytes:>12,} bytes: {check.words}")
    say(options, f"{file}: {len(made.content):,} bytes")
    return {"file": str(file), "checks": [asdict(check) for check in made.checks]}
