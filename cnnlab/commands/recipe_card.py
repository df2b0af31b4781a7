"""A training on a card: write it, repeat it, stamp it."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlab import schema
from cnnlab.commands import say, takes_run, verb
from cnnlab.commands.train import follow
from cnnlab.errors import LabError

if TYPE_CHECKING:
    from cnnlab.runs import Run

WAIT_S = 0.2


def _file(parser: argparse.ArgumentParser) -> None:
    takes_run(parser)
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        default="",
        help=".json: the card (usual); .py: a training script; .ipynb: a notebook",
    )


def _again(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="CARD.json")
    parser.add_argument("--epochs", type=int, default=0, help="only so many, then stop")


@verb(options=_file)
def card(options: argparse.Namespace) -> dict[str, Any]:
    """Write a run's training on a small file that others can verify, or as script or notebook."""
    from cnnlab import runs
    from cnnlab.export.recipe_card import card_of
    from cnnlab.export.training_script import notebook, script

    made = card_of(runs.find(options.run))
    file = Path(options.file or f"{options.run}.json")
    if file.suffix == ".json":
        schema.write(file, made)
    elif file.suffix in (".py", ".ipynb"):
        file.write_text(script(made) if file.suffix == ".py" else notebook(made))
    else:
        raise LabError(f"A card is written as .json, .py or .ipynb. Received: {file.name!r}.")
    say(options, f"{file}: {file.stat().st_size:,} bytes")
    return {"file": str(file), **schema.to_json(made)}


@verb(options=_again)
def verify(options: argparse.Namespace) -> dict[str, Any]:
    """Train by a card once more, whole or its first epochs, and stamp it: same or different."""
    from dataclasses import replace

    from cnnlab import lab
    from cnnlab.export import recipe_card

    file = Path(options.file)
    found = recipe_card.read_card(file)
    if options.epochs < 0:
        raise LabError(f"Give a number of epochs above 0. Received: {options.epochs}.")
    epochs = min(options.epochs or len(found.history), len(found.history))
    recipe_card.check_data(found)
    run = lab.start_training(
        found.architecture,
        found.dataset,
        found.recipe.settings,
        found.knobs,
        found.input_shape,
        f"{found.run} verified",
    )
    if epochs == len(found.history):
        follow(options, run)
    else:
        _prefix(options, run, epochs)
    stamp = recipe_card.judge(found, run, epochs)
    schema.write(file, replace(found, stamps=(*found.stamps, stamp)))
    part = "test pictures" if stamp.whole else f"validation pictures after {epochs} epochs"
    say(
        options,
        f"{stamp.verdict}: {stamp.found:.2%} of {part}, {stamp.claimed:.2%} on the card (the same "
        f"is {max(stamp.low, 0):.2%} to {min(stamp.high, 1):.2%}). Stamped in {file}.",
    )
    return {"run": run.name, "card": str(file), **schema.to_json(stamp)}


def _prefix(options: argparse.Namespace, run: "Run", epochs: int) -> None:
    """Let it train by the whole plan, and stop it after its first epochs."""
    from cnnlab import jobs, lab, runs

    say(options, f"{run.name}: stops after {epochs} of {run.config.epochs} epochs")
    asked = False
    while (view := lab.live(run)).status.active:
        if len(view.history) >= epochs and not asked:
            runs.request_stop(run)
            asked = True
        jobs.dispatch()
        time.sleep(WAIT_S)
    if view.status.state in ("failed", "interrupted"):
        raise LabError(f"{run.name} is {view.status.state}: {view.status.message}")
