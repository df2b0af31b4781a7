"""Look at what there is: networks, datasets, runs."""

import argparse
from typing import TYPE_CHECKING, Any

from cnnlab.commands import say, verb
from cnnlab.commands.options import add_network_options
from cnnlab.commands.own_pictures import add_import

if TYPE_CHECKING:
    from cnnlab.lab import RunRow


def _network(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    add_network_options(parser)
    parser.add_argument("--classes", type=int, help="number of classes")


@verb()
def architectures(options: argparse.Namespace) -> list[dict[str, Any]]:
    """List the networks."""
    from cnnlab.architectures import ARCHITECTURES

    rows: list[dict[str, Any]] = [
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
        say(options, f"{row['name']:24} {row['params']:>12,}  {size:12} {row['title']}")
    return rows


@verb(name="datasets", options=add_import)
def list_datasets(options: argparse.Namespace) -> list[dict[str, Any]]:
    """List the datasets and whether they are on this machine."""
    from cnnlab import datasets

    rows = []
    for card in datasets.DATASETS:
        found = datasets.available(card.name)
        rows.append({"name": card.name, "ready": found.ready, "message": found.sentence})
        say(options, f"{card.name:18} {found.sentence}")
    return rows


@verb(name="summary", options=_network)
def summarize(options: argparse.Namespace) -> dict[str, Any]:
    """Layers of a network: shapes, parameters, MACs."""
    from cnnlab import summary

    result = summary.summarize_architecture(
        options.name, options.input, options.classes, dict(options.knob)
    )
    say(options, f"{'layer':28} {'type':22} {'output':16} {'parameters':>12} {'MACs':>14}")
    for layer in result.layers:
        size = "x".join(map(str, layer.output_shape))
        line = f"{layer.name:28} {layer.type:22} {size:16} {layer.params:>12,} {layer.macs:>14,}"
        say(options, line)
    totals = result.totals
    say(options, f"total: {totals.params:,} parameters, {totals.macs:,} MACs")
    return result.to_json()


@verb(name="runs")
def list_runs(options: argparse.Namespace) -> "list[RunRow]":
    """List your runs and the shipped ones."""
    from cnnlab import lab, runs

    rows = lab.shelf() + [lab.row(run) for run in runs.pretrained()]
    for row in rows:
        accuracy = "" if row["test_accuracy"] is None else f"{row['test_accuracy']:.2%}"
        on = f"  {row['variant']}" if accuracy else ""
        words = row["damage"] or f"{row['epochs']:>9} {accuracy:>8}{on}"
        say(options, f"{row['run']:44} {row['state']:12} {words}")
    return rows
