"""What the sources published, with what was measured here beside it."""

import argparse
from typing import Any

from cnnlab.commands import say, verb


@verb()
def sources(options: argparse.Namespace) -> dict[str, Any]:
    """Every published figure with ours, its run and what differs; or why there is none."""
    from cnnlab import lab
    from cnnlab.comparison import shown
    from cnnlab.comparison.published_rows import as_printed, published_rows

    rows = published_rows(lab.tested_runs())
    table = ""
    for row in rows:
        if row.table != table:
            table = row.table
            say(options, f"\n{row.table} ({row.source})\n")
            say(options, f"{'network':40} {'published':>10} {'measured':>10}  run")
        printed, measured = as_printed(row.published), shown("percent", row.measured)
        say(options, f"{row.network:40} {printed or '-':>10} {measured or '-':>10}  {row.run}")
        for words in (*row.differences, *filter(None, [row.reason])):
            say(options, f"    {words}")
    found = sum(row.measured is not None for row in rows)
    say(options, f"\n{len(rows)} rows, {found} of them measured.")
    return {"rows": [row.to_json() for row in rows]}
