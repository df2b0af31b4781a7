"""Make a run smaller: distill, pyramid, prune, quantize; look at the lineage; export."""

import argparse
from collections.abc import Sequence
from typing import Any

from cnnlab.commands import say, takes_run, verb, write_file
from cnnlab.commands.options import add_knobs, add_recipe_options, pair, recipe_of
from cnnlab.commands.train import follow
from cnnlab.errors import LabError


def _settings(parser: argparse.ArgumentParser, method: bool = True) -> None:
    """A run, the method and its settings, and a name."""
    parser.add_argument("run", metavar="RUN")
    if method:
        parser.add_argument(
            "--method", default="", help="usual: the one the Compress page begins with"
        )
    parser.add_argument(
        *("--set", "-s"),
        action="append",
        default=[],
        type=pair,
        metavar="NAME=VALUE",
        help="one of the method's settings; may be repeated",
    )
    parser.add_argument("--title", default="", help="a name of your own")


def _students(parser: argparse.ArgumentParser) -> None:
    """How students are built and trained, and whether a twin is trained beside them."""
    add_knobs(parser, "student")
    add_recipe_options(parser)
    parser.add_argument(
        "--alone", action="store_true", help="without the same student from scratch beside it"
    )


def _one_student(parser: argparse.ArgumentParser) -> None:
    _settings(parser)
    parser.add_argument("student", metavar="ARCHITECTURE")
    parser.add_argument("--seeds", default="", help="several, such as 0,1,2")
    _students(parser)


def _ladder(parser: argparse.ArgumentParser) -> None:
    _settings(parser, method=False)
    parser.add_argument("students", metavar="ARCHITECTURE", nargs="+")
    _students(parser)


def _fine_tuned(parser: argparse.ArgumentParser) -> None:
    _settings(parser)
    add_recipe_options(parser)


def _archive(parser: argparse.ArgumentParser) -> None:
    takes_run(parser)
    parser.add_argument("file", metavar="FILE.zip", nargs="?", default="")
    parser.add_argument("--format", action="append", default=[], help="usual: all of them")


@verb(options=_one_student)
def distill(options: argparse.Namespace) -> dict[str, Any]:
    """Teach a smaller network what a run knows; waits for it."""
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
        tried=True,
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


@verb(options=_ladder)
def pyramid(options: argparse.Namespace) -> dict[str, Any]:
    """Go down a ladder of networks, each teaching the next."""
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
        tried=True,
    )
    twins = [how.scratch for run in levels if (how := run.config.compression)]
    names = [*(run.name for run in levels), *twins]
    return {"runs": [follow(options, run) for run in _known(names)]}


@verb(options=_fine_tuned)
def prune(options: argparse.Namespace) -> dict[str, Any]:
    """Take weights or whole filters away and train on."""
    from cnnlab import lab, runs

    parent = runs.find(options.run)
    settings = recipe_of(options)
    run = lab.start_pruning(parent, options.method, dict(options.set), settings, options.title)
    return follow(options, run)


def _bits(parser: argparse.ArgumentParser) -> None:
    _settings(parser)
    parser.add_argument(
        "--bits",
        type=int,
        default=0,
        help="of a weight, 2 to 8, learned by fine-tuning, which --epochs and the like are for",
    )
    add_recipe_options(parser)


@verb(options=_bits)
def quantize(options: argparse.Namespace) -> dict[str, Any]:
    """Write a run in fewer bits and measure it; in very few, with fine-tuning."""
    from cnnlab import lab, runs
    from cnnlab.compression.planning import trained_quantizations

    parent, settings = runs.find(options.run), dict(options.set)
    if options.bits:
        options.method = options.method or trained_quantizations()[0].name
        settings["bits"] = options.bits
    how = options.method, settings, options.title
    result = follow(options, lab.start_quantization(parent, *how, training=recipe_of(options)))
    say(options, f"{result['tflite_bytes']:,} bytes, of {parent.metrics.tflite_bytes:,}")
    if options.bits:
        before = _percent(parent.metrics.test_accuracy)
        say(options, f"right on {_percent(result['test_accuracy'])} of test pictures, of {before}")
    return result


@verb(options=takes_run)
def ledger(options: argparse.Namespace) -> list[dict[str, Any]]:
    """What compression truly changed, run by run."""
    from dataclasses import asdict

    from cnnlab import prediction, runs
    from cnnlab.compression import ledger as ledgers
    from cnnlab.compression.lineage import lineage

    members = [m for m in lineage(runs.find(options.run)) if m.run.tflite_file.is_file()]
    costs = [ledgers.measure(str(member.run.path)) for member in members]
    for member, row in zip(members, ledgers.columns_of(costs), strict=True):
        say(options, f"{'  ' * member.depth}{member.run.name}: {member.made_by}")
        for title, words in list(row.items())[1:]:
            say(options, f"{'  ' * member.depth}    {title:16} {words}")
    say(options, f"Measured here: {prediction.processor()}, LiteRT with one thread.")
    return [asdict(one) for one in costs]


@verb(options=_archive)
def export(options: argparse.Namespace) -> dict[str, Any]:
    """Pack a run for other programs; every file is checked."""
    from dataclasses import asdict
    from pathlib import Path

    from cnnlab import lab, runs
    from cnnlab.export.questions import PackedRun

    made = lab.ask(PackedRun(runs.find(options.run).path, tuple(options.format)))
    file = Path(options.file or made.name)
    write_file(file, made.content)
    for check in made.checks:
        state = "packed " if check.passed else "LEFT OUT"
        say(options, f"{state} {check.file:24} {check.size_bytes:>12,} bytes: {check.words}")
    say(options, f"{file}: {len(made.content):,} bytes")
    return {"file": str(file), "checks": [asdict(check) for check in made.checks]}
