"""Measure, predict, compare, and who holds the records."""

import argparse
from typing import Any

from cnnlab.commands import say, takes_run, verb, write_file
from cnnlab.errors import LabError


def _several(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", nargs="+")
    parser.add_argument("--report", metavar="FILE.html", help="write the one-page report, too")


def _picture(parser: argparse.ArgumentParser) -> None:
    takes_run(parser)
    parser.add_argument("picture", metavar="PICTURE")
    parser.add_argument(
        "--ink",
        default="auto",
        help="of a drawing: its ink is dark or light, or auto to look (usual)",
    )
    parser.add_argument(
        "--how",
        default="crop",
        help="of a photograph: crop to the network's proportions (usual), or pad",
    )


def _part(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("part", nargs="?", default="models", metavar="PART")


@verb(options=takes_run)
def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Test accuracy of a run, measured now."""
    from cnnlab import datasets, evaluation, runs

    run = runs.find(options.run)
    result = evaluation.evaluate(run)
    low, high = result.interval
    share = datasets.share_of(result.dataset, run.config.dataset)
    say(
        options,
        f"{result.run}: test accuracy {result.accuracy:.2%} (95 % interval {low:.2%} to "
        f"{high:.2%}) on "
        + (
            f"{share} test pictures"
            if share
            else f"{result.test_count} pictures of {result.variant}"
        ),
    )
    if result.basis != evaluation.UNSEEN:
        say(options, f"{result.basis.capitalize()}.")
    if result.preparation:
        say(options, result.preparation)
    return result.to_json()


@verb(options=_several)
def compare(options: argparse.Namespace) -> dict[str, Any]:
    """Runs side by side: the Compare page's figures."""
    from pathlib import Path

    from cnnlab import comparison, runs

    chosen = [runs.find(name) for name in dict.fromkeys(options.runs)]
    result = comparison.compare(chosen)
    for group in result.groups:
        say(options, comparison.text(group.title, group.apart, group.rows))
    for words in result.failed.values():
        say(options, words)
    if options.report:
        from cnnlab.plots.comparison.report import report_html

        write_file(Path(options.report), report_html(result).encode())
    return result.to_json()


@verb()
def records(options: argparse.Namespace) -> dict[str, Any]:
    """How small can it get: the best within so many parameters."""
    from cnnlab import comparison, lab

    found, standings = lab.tested_runs(), {}
    for challenge in comparison.CHALLENGES:
        now = comparison.standing(challenge, found)
        goals = " and ".join(f"{goal * 100:g} %" for goal in challenge.goals)
        say(options, f"{challenge.title}: goal {goals}. {challenge.description}")
        for place, one in enumerate(now.ranked, 1):
            say(options, f"  {place:2}. {one.words}")
        for name, why in now.apart.items():
            say(options, f"  left out: {name}, for {why}")
        standings[challenge.name] = now.to_json()
    return standings


@verb(options=_picture)
def predict(options: argparse.Namespace) -> dict[str, Any]:
    """What a run says of one picture."""
    from cnnlab import images, prediction, runs

    run = runs.find(options.run)
    wanted = images.read_options({"how": options.how, "ink": options.ink})
    picture = images.open_picture(options.picture)
    answer = prediction.ask(run, picture.pixels, **wanted)
    if answer.prediction is None:
        raise LabError(f"{options.picture} is blank: nothing is drawn on it.")
    found = answer.prediction
    for label, probability in zip(found.labels, found.probabilities, strict=True):
        say(options, f"{label:12} {probability:7.2%}")
    for doubt in answer.doubts:
        say(options, f"Unsure: {doubt}")
    return {
        "run": run.name,
        "label": found.label,
        "probabilities": dict(found.by_class),
        **answer.to_json(picture.notes),
    }


@verb(options=_part)
def benchmark(options: argparse.Namespace) -> dict[str, Any]:
    """Measure speed and memory on this machine."""
    from cnnlab import benchmarks

    return benchmarks.measure(options.part, lambda text: say(options, text))
