"""The reader's own pictures: from a zip or folder to a dataset."""

import argparse
from typing import Any

from cnnlab.commands import say

KINDS = {"photographs": "picture", "drawings": "digit"}
SIDES = {"photographs": 64, "drawings": 28}


def add_import(datasets: argparse.ArgumentParser) -> None:
    """`datasets import`; without it, `datasets` lists them."""
    text = "Make a dataset of your own pictures."
    verbs = datasets.add_subparsers(metavar="import")
    verb = verbs.add_parser("import", help=text, description=text)
    # Suppressed: `datasets --json import ...` has said it already.
    verb.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON, nothing else"
    )
    verb.add_argument(
        "source",
        metavar="ZIP_OR_FOLDER",
        help="classes by folder, by labels.csv, or by names like cat.1.jpg",
    )
    verb.add_argument("--name", required=True, help="letters, digits and dashes")
    verb.add_argument(
        "--kind",
        choices=tuple(KINDS),
        default="photographs",
        help="drawings are found on their ground and centered, as MNIST's digits are",
    )
    verb.add_argument("--side", type=int, help="height and width in pixels")
    verb.add_argument("--gray", action="store_true", help="keep photographs in gray")
    verb.set_defaults(verb=import_pictures)


def import_pictures(options: argparse.Namespace) -> dict[str, Any]:
    from cnnlab import datasets

    gray = options.gray or options.kind == "drawings"
    report = datasets.run_task(  # a process of its own: its memory is limited
        "import",
        options.source,
        options.name,
        options.side or SIDES[options.kind],
        1 if gray else 3,
        KINDS[options.kind],
    )
    answer = {
        "dataset": report["name"],
        "classes": list(report["counts"]),
        **{key: report[key] for key in ("counts", "validation_count", "test_count", "set_aside")},
        "notes": list(report["notes"]),
    }
    tested = f"{answer['validation_count']:,} for validation, {answer['test_count']:,} for the test"
    total = sum(report["counts"].values())
    say(options, f"{answer['dataset']}: {total:,} pictures ({tested})")
    for label, count in report["counts"].items():
        say(options, f"  {count:>7,}  {label}")
    for note in answer["notes"]:
        say(options, note)
    say(options, f"To train on it: python -m cnnlab train lenet5 --dataset {answer['dataset']}")
    return answer
