"""The page put together: its text, the network, and three scripts in one."""

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cnnlab import datasets, litert_graph
from cnnlab.export._html._steps import network
from cnnlab.runs import Run

_HERE = Path(__file__).parent
_SCRIPTS = ("network.js", "prepare.js", "page.js")


def page(run: Run) -> str:
    """One HTML file: opens by double click, draws, photographs, answers.

    Raises:
        LabError: a step that the page cannot take; it is named.
    """
    config = run.config
    made = network(litert_graph.read(run.tflite_file.read_bytes()))
    about = {
        "labels": list(map(str, config.labels)),
        "shape": list(config.input_shape),
        "preparation": config.preparation,
    }
    parts = {
        "@TITLE@": html.escape(run.title),
        "@WORDS@": html.escape(_words(run)),
        "@ABOUT@": _json(about),
        "@NETWORK@": _json(made),
        "@SCRIPT@": "\n".join(_without_comments(_HERE / name) for name in _SCRIPTS),
    }
    text = (_HERE / "page.html").read_text()
    # In one go: what a reader called things is not searched for marks.
    return re.sub("|".join(parts), lambda mark: parts[mark[0]], text)


def _words(run: Run) -> str:
    metrics = run.metrics
    params = f"{metrics.params:,} parameters" if metrics.params else "A small network"
    name = run.config.dataset
    data = datasets.DATASETS[name].title if name in datasets.DATASETS else name
    known = metrics.test_accuracy is not None
    right = f", right on {metrics.test_accuracy:.2%} of its test pictures" if known else ""
    what = "a digit" if run.config.preparation == "digit" else "something"
    return (
        f"{params}, trained on {data}{right}. Draw {what} or choose a photo: everything is "
        "computed on this page, nothing is sent."
    )


def _json(value: Mapping[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


def _without_comments(script: Path) -> str:
    """A script's lines without the comments that fill a line, and without indentation."""
    lines = (line.strip() for line in script.read_text().splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
