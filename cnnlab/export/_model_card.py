"""The page that travels with an exported network: what it is, what it can, and what it cannot.

After Mitchell et al., "Model Cards for Model Reporting", 2019, arXiv:1810.03993.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cnnlab.architectures import ARCHITECTURES
from cnnlab.datasets import DATASETS
from cnnlab.markdown import code, literal
from cnnlab.runs import Run

if TYPE_CHECKING:
    from cnnlab.export._bundle import Check

_LIMITS = """- It knows {count} classes and names one of them whatever it is shown: a picture of
  something else gets a class, too, and often a sure one.
- Its accuracy is that on pictures like those it was tested on; other cameras, pens and light read
  worse.
- A probability is its own opinion, not a promise."""

_CALLS = """With the lab running (`streamlit run app.py`, or `python -m cnnlab serve`):

```sh
curl -F file=@picture.png http://localhost:8501/api/models/{name}/predict
```

```python
import requests

with open("picture.png", "rb") as file:
    address = "http://localhost:8501/api/models/{name}/predict"
    print(requests.post(address, files={{"file": file}}).json())
```

```js
const form = new FormData();
form.append("file", fileInput.files[0]);
const address = "http://localhost:8501/api/models/{name}/predict";
console.log(await (await fetch(address, {{ method: "POST", body: form }})).json());
```

Without it: `python predict.py picture.png` in this folder. The interface describes itself at
`/api/openapi.json`."""


def model_card(run: Run, checks: Sequence["Check"], confusion: np.ndarray | None = None) -> str:
    """The card in Markdown.

    Args:
        run: A finished run.
        checks: How its files answered beside it.
        confusion: `(classes, classes)` counts on test pictures, true class by row; None: unknown.
    """
    sections = [
        f"# {literal(run.title)}",
        _what(run),
        "## How good it is",
        _how_good(run, confusion),
        "## What it cannot",
        _LIMITS.format(count=run.config.classes),
        "## Files",
        "\n".join(f"- `{check.file}`: {literal(check.words)}" for check in checks if check.passed),
        "## How to ask it",
        _CALLS.format(name=run.name),
    ]
    return "\n\n".join(part for part in sections if part) + "\n"


def _what(run: Run) -> str:
    config, metrics = run.config, run.metrics
    shape = "x".join(map(str, config.input_shape))
    facts = {
        "Network": _network(config.architecture),
        "Parameters": f"{metrics.params:,}" if metrics.params else "",
        "Data": _data(config.dataset),
        "Read as": literal(metrics.variant or ""),
        "Sees": f'pictures of {shape}, prepared as "{config.preparation}"',
        "Made by": code(config.made_with) if config.command else "",
        "License": "of the code: LICENSE; the data's own terms hold for what was learned from it",
    }
    return "\n".join(f"- **{name}**: {words}" for name, words in facts.items() if words)


def _network(name: str) -> str:
    if name not in ARCHITECTURES:
        return literal(name)
    card = ARCHITECTURES[name]
    return f"{card.title} ({card.source})"


def _data(name: str) -> str:
    if name not in DATASETS:
        return literal(name)
    card = DATASETS[name]
    return " ".join(f"{card.title}: {card.in_short} Source: {card.source}".split())


def _how_good(run: Run, confusion: np.ndarray | None) -> str:
    metrics = run.metrics
    if metrics.test_accuracy is None:
        return "Nobody tested it yet."
    count = f" of {metrics.test_count:,} test pictures" if metrics.test_count else ""
    words = f"It names {metrics.test_accuracy:.2%}{count} rightly."
    if confusion is None:
        return words
    rows = ["| class | pictures | found | right when named |", "|---|--:|--:|--:|"]
    for number, label in enumerate(run.config.labels):
        real, named = int(confusion[number].sum()), int(confusion[:, number].sum())
        right = int(confusion[number, number])
        shares = (f"{right / total:.1%}" if total else "-" for total in (real, named))
        rows.append(f"| {literal(str(label))} | {real:,} | {' | '.join(shares)} |")
    return f"{words} Class by class, on {confusion.sum():,} of them:\n\n" + "\n".join(rows)
