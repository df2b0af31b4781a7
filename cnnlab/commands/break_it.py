"""Spoil pictures on purpose, and see when an answer falls."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cnnlab.commands import say, verb
from cnnlab.errors import LabError

if TYPE_CHECKING:
    from cnnlab.runs import Run


def _picture_or_test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN[,RUN]", help="one run, or several with commas")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--picture", default="", metavar="FILE", help="one picture of your own")
    what.add_argument("--test", type=int, default=0, metavar="N", help="so many test pictures")
    parser.add_argument(
        "--transform",
        action="append",
        default=[],
        metavar="NAME",
        help="with --test: this one alone; may be repeated",
    )
    parser.add_argument("--seed", type=int, default=0, help="of noise and of where is hidden")


@verb(name="break", options=_picture_or_test)
def break_it(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Shift, turn, scale, blur, hide: when does a run's answer fall?"""
    from cnnlab import runs

    if options.seed < 0:
        raise LabError(f"A seed is 0 or more. Received: {options.seed}.")
    names = [name.strip() for name in options.runs.split(",") if name.strip()]
    chosen = [runs.find(name) for name in dict.fromkeys(names)]
    tell = _picture if options.picture else _test
    return [tell(options, run) for run in chosen]


def _picture(options: argparse.Namespace, run: "Run") -> dict[str, Any]:
    from cnnlab import images, prediction
    from cnnlab.robustness.breaking import break_picture, shift_map

    picture = images.open_picture(options.picture)
    prepared = prediction.ask(run, picture.pixels).prepared
    if prepared.blank:
        raise LabError(f"{options.picture} is blank: nothing is drawn on it.")
    found = break_picture(run, prepared.network_input, options.seed)
    moved = shift_map(run, prepared.network_input)
    say(options, f"{run.name} says {found.label} ({found.confidence:.0%}).")
    for curve, flip in zip(found.curves, found.flips, strict=True):
        if flip:
            words = f"{flip.words} it says {flip.label} ({flip.confidence:.0%})"
        else:
            ends = f"{curve.strengths[0]:g} to {curve.strengths[-1]:g}"
            words = f"nothing from {ends} changes the answer"
        say(options, f"  {curve.transform:14} {words}")
    say(options, f"  Shifted across and down it says the same at {moved.share:.0%} of the places.")
    return asdict(found) | {"shifts": asdict(moved) | {"kept": moved.kept.tolist()}}


def _test(options: argparse.Namespace, run: "Run") -> dict[str, Any]:
    from cnnlab.robustness.sampled import robustness

    found = robustness(run, options.test, options.transform, options.seed)
    say(options, f"{run.name}: {found.accuracy:.1%} of {found.count:,} test pictures.")
    for fall in found.falls:
        pairs = zip(fall.strengths, fall.accuracies, strict=True)
        words = "  ".join(f"{strength:.3g}: {accuracy:.0%}" for strength, accuracy in pairs)
        say(options, f"  {fall.transform:14} mean {fall.mean:.1%}   {words}")
    return asdict(found)
