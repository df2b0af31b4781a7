"""What a run needs of a chip, and the boards it fits on."""

import argparse
from typing import Any

from cnnlab.commands import say, takes_run, verb


@verb(options=takes_run)
def boards(options: argparse.Namespace) -> dict[str, Any]:
    """Boards a run fits on, with the reason in bytes where it does not."""
    from dataclasses import asdict

    from cnnlab import boards as chips
    from cnnlab import lab, runs

    run = runs.find(options.run)
    needs, fits = chips.needs(run), lab.fits(run)
    say(
        options,
        f"{run.name}: {needs.constant_bytes:,} bytes of constants, {needs.ram_bytes:,} bytes of "
        f"RAM, {needs.macs:,} MACs",
    )
    for fit in fits:
        say(options, f"{fit.board.title:38} {fit.words}")
        if fit.fits and fit.seconds is not None:
            basis = fit.board.chip.timing.source
            say(options, f"{'':38} about {fit.seconds:.3g} s a picture, an estimate by {basis}")
    return {
        "run": run.name,
        **asdict(needs),
        "boards": [
            {
                "board": fit.board.name,
                "fits": fit.fits,
                "words": fit.words,
                "flash_bytes": fit.flash_bytes,
                "ram_bytes": fit.ram_bytes,
                "seconds_estimate": fit.seconds,
                "seconds_basis": fit.board.chip.timing.source,
                "source": fit.board.url,
            }
            for fit in fits
        ],
    }
