"""How much of each layer could go."""

import argparse
from dataclasses import asdict
from typing import Any

from cnnlab.commands import say, takes_run, verb


@verb(options=takes_run)
def sensitivity(options: argparse.Namespace) -> dict[str, Any]:
    """Validation accuracy with the weakest filters of one layer taken out, layer by layer."""
    from cnnlab import runs
    from cnnlab.compression.pruning import sensitivity as curves

    run = runs.find(options.run)
    found = curves.sensitivity(str(run.path))
    shares = " ".join(f"{f'-{share:.0%}':>8}" for share in curves.SHARES)
    say(options, f"{found.pictures:,} validation pictures; accuracy with filters taken out")
    say(options, f"{'layer':40} {'filters':>8} {shares}")
    for curve in found.curves:
        left = " ".join(f"{accuracy:>8.2%}" for _, accuracy in curve.points)
        say(options, f"{', '.join(curve.layers):40} {curve.filters:>8} {left}")
    for layer, why in found.unprunable.items():
        say(options, f"{layer:40} stays: {why}")
    return {"run": run.name} | asdict(found)
