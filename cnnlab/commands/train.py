"""Train, look at the queue, stop, go on, delete."""

import argparse
import time
from typing import TYPE_CHECKING, Any

from cnnlab import schema
from cnnlab.commands import say, takes_run, verb
from cnnlab.commands.options import add_training_options, recipe_of
from cnnlab.errors import LabError

if TYPE_CHECKING:
    from cnnlab.lab import QueueRow


@verb(options=add_training_options)
def train(options: argparse.Namespace) -> dict[str, Any]:
    """Train a network; waits for it and shows how it goes."""
    from cnnlab import lab
    from cnnlab.architectures import ARCHITECTURES

    source = ARCHITECTURES[options.name].recipe if options.source_recipe else {}
    settings = dict(source) | recipe_of(options)
    run = lab.start_training(
        options.name,
        options.dataset,
        settings,
        dict(options.knob),
        options.input,
        options.title,
        owner=options.owner,
        priority=options.priority,
        after=options.after,
        start=options.start,
    )
    return follow(options, run)


def follow(options: argparse.Namespace, run: Any) -> dict[str, Any]:
    """Show a training until it ends; leaving with Ctrl-C does not stop it."""
    from cnnlab import jobs, lab

    say(options, f"{run.name}: log and model in {run.path}")
    shown, shown_sentence = 0, ""
    while True:
        view = lab.live(run)
        if view.waiting and view.waiting.sentence != shown_sentence:
            shown_sentence = view.waiting.sentence
            say(options, shown_sentence)
        for row in view.history[shown:]:
            say(options, _epoch_line(row, view))
        shown = len(view.history)
        if not view.status.active:
            break
        jobs.dispatch()
        time.sleep(0.3)
    if view.status.state in ("failed", "interrupted"):
        raise LabError(f"{run.name} is {view.status.state}: {view.status.message}")
    metrics = run.metrics
    if metrics.test_accuracy is not None:
        tested = f"{metrics.test_count} pictures of {metrics.variant}"
        say(options, f"test accuracy {metrics.test_accuracy:.2%} on {tested}")
        if metrics.balanced_accuracy is not None:
            say(options, f"balanced accuracy {metrics.balanced_accuracy:.2%}")
    else:
        say(options, f"{view.status.state}. {view.status.message}")
    return {"run": run.name, "state": view.status.state, **schema.to_json(metrics)}


def _epoch_line(row: schema.HistoryRow, view: Any) -> str:
    return (
        f"epoch {row.epoch}/{view.epochs}  loss {row.loss:.4f}  "
        f"accuracy {row.accuracy:.2%}  validation {row.val_loss:.4f} "
        f"{row.val_accuracy:.2%}  {row.images_per_s:.0f} images/s"
    )


@verb()
def queue(options: argparse.Namespace) -> "list[QueueRow]":
    """List what trains and what waits, in starting order."""
    from cnnlab import jobs, lab

    rows = lab.queue()
    for row in rows:
        place = f"{row['position']}." if row["position"] else row["state"]
        first = " (priority)" if row["priority"] else ""
        say(options, f"{place:9} {row['run']:40} {row['owner']:16} {row['words']}{first}")
    say(options, f"{jobs.slots()} may train at once." if rows else "Nothing trains or waits.")
    return rows


@verb(options=takes_run)
def stop(options: argparse.Namespace) -> dict[str, Any]:
    """Stop a run; it can be resumed."""
    from cnnlab import runs

    run = runs.find(options.run)
    runs.request_stop(run)
    say(options, f"{run.name} is asked to stop.")
    return {"run": run.name, "state": run.status.state}


def _changes(parser: argparse.ArgumentParser) -> None:
    takes_run(parser)
    parser.add_argument("--learning-rate", type=float, help="from now on, whatever was planned")
    parser.add_argument("--epochs", type=int, help="so many in all")


@verb(options=_changes)
def change(options: argparse.Namespace) -> dict[str, Any]:
    """Change a training that runs: its learning rate, or how many epochs it has.

    Kept in its config with the batch from which on it holds; the run's command alone then no
    longer repeats it.
    """
    from cnnlab import runs

    run = runs.find(options.run)
    runs.request_change(run, options.learning_rate, options.epochs)
    say(options, f"{run.name} is asked to change; its log says when it did.")
    return {"run": run.name, "learning_rate": options.learning_rate, "epochs": options.epochs}


@verb(options=takes_run)
def resume(options: argparse.Namespace) -> dict[str, Any]:
    """Let a stopped or interrupted run go on; waits for it."""
    from cnnlab import lab, runs

    run = runs.find(options.run)
    lab.resume_training(run)
    return follow(options, run)


@verb(options=takes_run)
def delete(options: argparse.Namespace) -> dict[str, Any]:
    """Delete a run and all in its folder."""
    from cnnlab import runs

    run = runs.find(options.run)
    runs.delete(run)
    say(options, f"{run.name} is deleted.")
    return {"run": run.name, "deleted": True}
