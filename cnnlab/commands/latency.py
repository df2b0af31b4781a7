"""Latencies anew, all on this machine."""

import argparse
from typing import Any

from cnnlab.commands import say, verb


def _runs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", nargs="*", help="none: all that are finished")


@verb(options=_runs)
def latency(options: argparse.Namespace) -> dict[str, Any]:
    """Measure how long one picture takes, on this machine; comparisons then show it."""
    from cnnlab import lab, runs, schema

    names = dict.fromkeys(options.runs)
    chosen = [runs.find(name) for name in names] or [*runs.pretrained(), *runs.list_runs()]
    measured = lab.measure_latencies(chosen)
    for name, found in measured.items():
        say(options, f"{name:32} {found.p50:9.3f} ms, {found.p95:9.3f} of 95 %")
    for found in list(measured.values())[:1]:
        say(options, f"Measured on {found.machine}: one picture in LiteRT, one thread.")
    for run in chosen:
        if run.name not in measured:
            say(options, f"{run.name} has no file to ask: wait until it is done.")
    return {name: schema.to_json(found) for name, found in measured.items()}
