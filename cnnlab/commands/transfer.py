"""Bring models in, ship them, serve them."""

import argparse
from typing import Any

from cnnlab import schema
from cnnlab.commands import say, verb
from cnnlab.commands.options import add_knobs


def _model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a .keras or .h5 file")
    parser.add_argument("--labels", default="", help="class names, in order: cat,dog")
    parser.add_argument("--dataset", default="", help="what it was trained on, if known here")
    parser.add_argument("--preparation", default="", help="digit or picture")
    parser.add_argument("--title", default="", help="a name of your own")
    parser.add_argument(
        "--range",
        default="",
        help="range it wants pictures in: 0..1, 0..255 (bytes), -1..1 (signed), 1..0 (inverted), "
        "255..0 or 1..-1, standardized (by its dataset), or mean=0.1307,std=0.3081; by default "
        "measured on the dataset",
    )
    parser.add_argument(
        "--side", type=int, default=0, help="height and width, where it takes pictures of any size"
    )
    parser.add_argument(
        "--architecture", default="", help="for a file of weights alone: the network they fit"
    )
    add_knobs(parser, "network")


def _seeds(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("runs", metavar="RUN", nargs="+")


def _address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 opens it to the network")
    parser.add_argument("--port", type=_port, default=8502)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535. Received: {text!r}.")
    return int(text)


@verb(name="import", options=_model)
def import_model(options: argparse.Namespace) -> dict[str, Any]:
    """Make a run of a Keras model of your own."""
    from pathlib import Path

    from cnnlab import lab

    labels = [label.strip() for label in options.labels.split(",") if label.strip()]
    file = Path(options.file)
    question = lab.UploadedModel(
        file=file.absolute(),
        name=file.name,
        labels=tuple(labels),
        dataset=options.dataset,
        preparation=options.preparation,
        title=options.title,
        input_range=options.range,
        side=options.side,
        architecture=options.architecture,
        knobs=dict(options.knob),
    )
    run = lab.ask(question)  # as on the page: in a process whose memory and time are limited
    for note in run.config.imported.notes if run.config.imported else ():
        say(options, note)
    size = run.config.words_of_shape
    say(options, f"{run.name}: {run.metrics.params:,} parameters, pictures of {size}")
    return {"run": run.name, **schema.to_json(run.metrics)}


@verb(options=_seeds)
def ship(options: argparse.Namespace) -> dict[str, Any]:
    """Put finished runs of one config (one per seed) into pretrained/."""
    from cnnlab import runs, shipping

    shipped = shipping.ship(options.name, [runs.find(name) for name in options.runs])
    if seeds := shipped.metrics.seeds:
        say(options, f"{shipped.name}: mean test accuracy {seeds.mean:.2%} over {seeds.count}")
    return {"run": shipped.name, **schema.to_json(shipped.metrics)}


@verb(options=_address)
def serve(options: argparse.Namespace) -> None:
    """Serve predictions over HTTP, without the pages."""
    from cnnlab import api

    say(options, f"http://{options.host}:{options.port}/api (Ctrl-C ends it)")
    api.serve(options.host, options.port)
