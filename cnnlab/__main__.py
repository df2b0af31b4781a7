"""The lab from a terminal: every verb of the pages, without them.

`--json` prints machine-readable output on stdout and nothing else.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from cnnlab.errors import LabError

# TensorFlow's start-up chatter is no answer to anybody's question.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; 0 when it worked, 1 with one sentence on stderr when it did not."""
    options = parser().parse_args(arguments)
    try:
        answer = options.verb(options)
    except LabError as error:
        print(f"cnnlab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if options.json:
        print(json.dumps(answer))
    elif isinstance(answer, str):
        print(answer)
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line's grammar; the training options come from the recipe's knobs."""
    top = argparse.ArgumentParser(prog="python -m cnnlab", description=__doc__.splitlines()[0])
    verbs = top.add_subparsers(required=True, metavar="VERB")

    def verb(function: Callable, name: str, help_text: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=help_text, description=help_text)
        added.add_argument("--json", action="store_true", help="print JSON, nothing else")
        added.set_defaults(verb=function)
        return added

    verb(architectures, "architectures", "List the networks.")
    verb(list_datasets, "datasets", "List the datasets and whether they are on this machine.")
    summary = verb(summarize, "summary", "Layers of a network: shapes, parameters, MACs.")
    summary.add_argument("name", metavar="NAME")
    _add_network_options(summary)
    summary.add_argument("--classes", type=int, help="number of classes")
    _add_train(verb(train, "train", "Train a network; waits for it and shows how it goes."))
    verb(list_runs, "runs", "List your runs and the shipped ones.")
    for function, name, text in (
        (evaluate, "evaluate", "Test accuracy of a run, measured now."),
        (stop, "stop", "Stop a run; it can be resumed."),
        (resume, "resume", "Let a stopped or interrupted run go on; waits for it."),
        (delete, "delete", "Delete a run and all in its folder."),
    ):
        verb(function, name, text).add_argument("run", metavar="RUN")
    comparing = verb(compare, "compare", "Runs side by side: the Compare page's figures.")
    comparing.add_argument("runs", metavar="RUN", nargs="+")
    comparing.add_argument("--report", metavar="FILE.html", help="write the one-page report, too")
    comparing.add_argument(
        "--quick", action="store_true", help="leave out memory and folded parameters"
    )
    predict_verb = verb(predict, "predict", "What a run says of one picture.")
    predict_verb.add_argument("run", metavar="RUN")
    predict_verb.add_argument("picture", metavar="PICTURE")
    importing = verb(import_model, "import", "Make a run of a .keras model of your own.")
    importing.add_argument("file", metavar="FILE.keras")
    importing.add_argument("--labels", default="", help="class names, in order: cat,dog")
    importing.add_argument("--dataset", default="", help="what it was trained on, if known here")
    importing.add_argument("--preparation", default="", help="digit or picture")
    importing.add_argument("--title", default="", help="a name of your own")
    shipping = verb(
        ship, "ship", "Put finished runs of one config (one per seed) into pretrained/."
    )
    shipping.add_argument("name", metavar="NAME")
    shipping.add_argument("runs", metavar="RUN", nargs="+")
    serving = verb(serve, "serve", "Serve predictions over HTTP, without the pages.")
    serving.add_argument("--host", default="127.0.0.1", help="0.0.0.0 opens it to the network")
    serving.add_argument("--port", type=int, default=8502)
    measuring = verb(benchmark, "benchmark", "Measure speed and memory on this machine.")
    measuring.add_argument("part", nargs="?", default="app", metavar="PART")
    return top


def _add_network_options(added: argparse.ArgumentParser) -> None:
    added.add_argument("--input", type=_shape, metavar="HxWxC", help="input size, such as 28x28x1")
    added.add_argument(
        "--knob",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="turn one of the network's knobs; may be repeated",
    )


def _add_train(added: argparse.ArgumentParser) -> None:
    from cnnlab import recipe

    added.add_argument("name", metavar="NAME")
    added.add_argument("--dataset", default="digits")
    added.add_argument("--title", default="", help="a name of your own")
    added.add_argument(
        "--source-recipe",
        action="store_true",
        help="start from the settings the network's source used, where they are known",
    )
    _add_network_options(added)
    for knob in recipe.KNOBS:
        flag = f"--{knob.name.replace('_', '-')}"
        added.add_argument(
            flag,
            dest=f"recipe_{knob.name}",
            metavar=knob.name.upper(),
            help=f"{knob.help} Usual: {knob.default}.".replace("%", "%%"),
        )


def _shape(text: str) -> tuple[int, ...]:
    from cnnlab import recipe

    try:
        return recipe.parse_shape(text)
    except LabError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _say(options: argparse.Namespace, text: str, end: str = "\n") -> None:
    if not options.json:
        print(text, end=end, flush=True)


# Each verb takes the parsed options and returns what `--json` prints.


def architectures(options: argparse.Namespace) -> list[dict[str, Any]]:
    from cnnlab.architectures import ARCHITECTURES

    rows = [
        {
            "name": card.name,
            "title": card.title,
            "family": card.family,
            "params": card.params,
            "input_shape": list(card.input_shape),
            "classes": card.classes,
            "source": card.source,
        }
        for card in ARCHITECTURES
    ]
    for row in rows:
        size = "x".join(map(str, row["input_shape"]))
        _say(options, f"{row['name']:24} {row['params']:>12,}  {size:12} {row['title']}")
    return rows


def list_datasets(options: argparse.Namespace) -> list[dict[str, Any]]:
    from cnnlab import datasets

    rows = []
    for card in datasets.DATASETS:
        found = datasets.available(card.name)
        rows.append({"name": card.name, "ready": found.ready, "message": found.sentence})
        _say(options, f"{card.name:18} {found.sentence}")
    return rows


def summarize(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import summary

    result = summary.summarize_architecture(
        options.name, options.input, options.classes, dict(options.knob)
    )
    _say(options, f"{'layer':28} {'type':22} {'output':16} {'parameters':>12} {'MACs':>14}")
    for layer in result.layers:
        size = "x".join(map(str, layer.output_shape))
        line = f"{layer.name:28} {layer.type:22} {size:16} {layer.params:>12,} {layer.macs:>14,}"
        _say(options, line)
    totals = result.totals
    _say(options, f"total: {totals.params:,} parameters, {totals.macs:,} MACs")
    return result.to_json()


def train(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import lab, recipe
    from cnnlab.architectures import ARCHITECTURES

    source = ARCHITECTURES[options.name].recipe if options.source_recipe else {}
    settings = dict(source) | {
        knob.name: value
        for knob in recipe.KNOBS
        if (value := getattr(options, f"recipe_{knob.name}")) is not None
    }
    run = lab.start_training(
        options.name, options.dataset, settings, dict(options.knob), options.input, options.title
    )
    return _follow(options, run)


def _follow(options: argparse.Namespace, run: Any) -> dict[str, Any]:
    """Show a training until it ends; leaving with Ctrl-C does not stop it."""
    from cnnlab import jobs, lab

    _say(options, f"{run.name}: log and model in {run.path}")
    shown = 0
    while True:
        view = lab.live(run)
        for row in view.history[shown:]:
            _say(options, _epoch_line(row, view))
        shown = len(view.history)
        if not view.status.active:
            break
        jobs.dispatch()
        time.sleep(0.3)
    if view.status.state in ("failed", "interrupted"):
        raise LabError(f"{run.name} is {view.status.state}: {view.status.message}")
    metrics = run.metrics
    if metrics:
        tested = f"{metrics['test_count']} pictures of {metrics['variant']}"
        _say(options, f"test accuracy {metrics['test_accuracy']:.2%} on {tested}")
    else:
        _say(options, f"{view.status.state}. {view.status.message}")
    return {"run": run.name, "state": view.status.state, **metrics}


def _epoch_line(row: dict[str, float], view: Any) -> str:
    return (
        f"epoch {int(row['epoch'])}/{view.epochs}  loss {row['loss']:.4f}  "
        f"accuracy {row['accuracy']:.2%}  validation {row['val_loss']:.4f} "
        f"{row['val_accuracy']:.2%}  {row['images_per_s']:.0f} images/s"
    )


def list_runs(options: argparse.Namespace) -> list[dict[str, Any]]:
    from cnnlab import lab, runs

    rows = lab.shelf() + [lab.row(run) for run in runs.pretrained()]
    for row in rows:
        accuracy = "" if row["test_accuracy"] is None else f"{row['test_accuracy']:.2%}"
        _say(options, f"{row['run']:44} {row['state']:12} {row['epochs']:>9} {accuracy:>8}")
    return rows


def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import evaluation, runs

    result = evaluation.evaluate(runs.find(options.run))
    low, high = result.interval
    _say(
        options,
        f"{result.run}: test accuracy {result.accuracy:.2%} (95 % interval {low:.2%} to "
        f"{high:.2%}) on {result.test_count} pictures of {result.variant}",
    )
    return result.to_json()


def compare(options: argparse.Namespace) -> dict[str, Any]:
    from pathlib import Path

    from cnnlab import comparison, runs
    from cnnlab.evaluation import together

    chosen = [runs.find(name) for name in dict.fromkeys(options.runs)]
    able = [run for run in chosen if run.model_file.is_file() and not options.quick]
    result = comparison.compare(chosen, {run.name: together.costs(str(run.path)) for run in able})
    for group in result.groups:
        _say(options, comparison.text(group.title, group.apart, group.rows))
    for words in result.failed.values():
        _say(options, words)
    if options.report:
        Path(options.report).write_text(comparison.page(result))
    return result.to_json()


def predict(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import images, prediction, runs

    run = runs.find(options.run)
    config = run.config
    picture = images.read_picture(options.picture)
    prepared = images.prepare(picture, tuple(config["input_shape"]), config["preparation"])
    if prepared.blank:
        raise LabError(f"{options.picture} is blank: nothing is drawn on it.")
    result = prediction.predict(run, prepared.network_input)
    for label, probability in zip(result.labels, result.probabilities, strict=True):
        _say(options, f"{label:12} {probability:7.2%}")
    return {"run": run.name, "label": result.label, "probabilities": dict(result.by_class)}


def stop(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import runs

    run = runs.find(options.run)
    runs.request_stop(run)
    _say(options, f"{run.name} is asked to stop.")
    return {"run": run.name, "state": run.status.state}


def resume(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import lab, runs

    run = runs.find(options.run)
    lab.resume_training(run)
    return _follow(options, run)


def delete(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import runs

    run = runs.find(options.run)
    runs.delete(run)
    _say(options, f"{run.name} is deleted.")
    return {"run": run.name, "deleted": True}


def import_model(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import importing

    labels = [label.strip() for label in options.labels.split(",") if label.strip()]
    run = importing.import_file(
        options.file,
        labels=labels,
        dataset=options.dataset,
        preparation=options.preparation,
        title=options.title,
    )
    for note in run.config["imported"]["notes"]:
        _say(options, note)
    size = "x".join(map(str, run.config["input_shape"]))
    _say(options, f"{run.name}: {run.metrics['params']:,} parameters, pictures of {size}")
    return {"run": run.name, **run.metrics}


def ship(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import runs, shipping

    shipped = shipping.ship(options.name, [runs.find(name) for name in options.runs])
    seeds = shipped.metrics["seeds"]
    _say(options, f"{shipped.name}: mean test accuracy {seeds['mean']:.2%} over {seeds['count']}")
    return {"run": shipped.name, **shipped.metrics}


def serve(options: argparse.Namespace) -> None:
    from cnnlab import api

    _say(options, f"http://{options.host}:{options.port}/api (Ctrl-C ends it)")
    api.serve(options.host, options.port)


def benchmark(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import benchmarks

    return benchmarks.measure(options.part, lambda text: _say(options, text))


if __name__ == "__main__":
    raise SystemExit(main())
