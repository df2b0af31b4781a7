"""One page for any browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cnnlab.export._cards import FULL_PRECISION, export_format
from cnnlab.export._html import page
from cnnlab.runs import Run

Step = dict[str, Any]


def ask_html(model_file: Path, pictures: np.ndarray) -> np.ndarray:
    """Probabilities `(n, classes)` for float32 pictures `(n, height, width, channels)` in 0..1."""
    # The page's own numbers and steps, taken in NumPy: all in one, for it travels alone, and with
    # quoted types, which nobody looks up there.
    import base64
    import json
    import re

    def windows(step: "Step", x: np.ndarray, fill: float) -> "Iterator[tuple[Any, np.ndarray]]":
        sides = [(0, 0)]
        for k in (0, 1):
            reach = (step["shape"][1 + k] - 1) * step["stride"][k]
            reach += (step["kernel"][k] - 1) * step.get("dilation", [1, 1])[k] + 1
            sides.append((step["pad"][k], max(0, reach - step["pad"][k] - x.shape[1 + k])))
        wide = np.pad(x, [*sides, (0, 0)], constant_values=fill)
        for row, column in np.ndindex(*step["kernel"]):
            at = [n * d for n, d in zip((row, column), step.get("dilation", [1, 1]), strict=True)]
            ends = [at[k] + (step["shape"][1 + k] - 1) * step["stride"][k] + 1 for k in (0, 1)]
            cut = [slice(at[k], ends[k], step["stride"][k]) for k in (0, 1)]
            yield (row, column), wide[:, cut[0], cut[1]]

    def conv(step: "Step", x: np.ndarray, weights: np.ndarray, *bias: np.ndarray) -> np.ndarray:
        groups, share = step["groups"], len(weights) // step["groups"]
        total = sum(bias)
        for (row, column), seen in windows(step, x, 0):
            parts = np.split(seen, groups, axis=-1)
            own = [weights[g * share : (g + 1) * share, row, column].T for g in range(groups)]
            total = total + np.concatenate([p @ w for p, w in zip(parts, own, strict=True)], -1)
        return np.asarray(total)

    def pool(step: "Step", x: np.ndarray) -> np.ndarray:
        seen = np.array([part for _, part in windows(step, x, np.nan)])
        return np.nanmax(seen, axis=0) if step["largest"] else np.nanmean(seen, axis=0)

    def softmax(step: "Step", x: np.ndarray) -> np.ndarray:
        powers = np.exp(step["beta"] * (x - x.max(axis=-1, keepdims=True)))
        return powers / powers.sum(axis=-1, keepdims=True)

    def pad(step: "Step", x: np.ndarray) -> np.ndarray:
        before = step["before"]
        grown = [
            n - b - s for n, b, s in zip(step["shape"], before, (1, *x.shape[1:]), strict=True)
        ]
        return np.pad(x, list(zip(before, grown, strict=True)))

    def one(step: "Step", x: np.ndarray) -> np.ndarray:
        alpha = step.get("alpha", 0)
        functions: dict[str, Callable[[], np.ndarray]] = {
            "LOGISTIC": lambda: 1 / (1 + np.exp(-x)),
            "TANH": lambda: np.tanh(x),
            "RELU": lambda: np.maximum(x, 0),
            "RELU6": lambda: np.clip(x, 0, 6),
            "RELU_N1_TO_1": lambda: np.clip(x, -1, 1),
            "LEAKY_RELU": lambda: np.where(x < 0, alpha * x, x),
            "HARD_SWISH": lambda: x * np.clip(x + 3, 0, 6) / 6,
            "ELU": lambda: np.where(x < 0, np.expm1(np.minimum(x, 0)), x),
            "RSQRT": lambda: 1 / np.sqrt(x),
        }
        found = functions.get(step["name"])
        return found() if found else np.asarray(getattr(np, names[step["name"]])(x))

    names = {"ADD": "add", "SUB": "subtract", "MUL": "multiply", "DIV": "divide", "POW": "power"}
    names |= {"MAXIMUM": "maximum", "MINIMUM": "minimum", "EXP": "exp", "LOG": "log"}
    names |= {"SQRT": "sqrt", "SQUARE": "square", "ABS": "abs", "NEG": "negative"}
    names |= {"MEAN": "mean", "SUM": "sum", "REDUCE_MAX": "max", "REDUCE_MIN": "min"}
    kinds: dict[str, Callable[..., np.ndarray]] = {
        "conv": conv,
        "dense": lambda step, x, w, bias=0: x.reshape(len(x), -1, w.shape[1]) @ w.T + bias,
        "pool": pool,
        "one": one,
        "pair": lambda step, a, b: (
            (a - b) ** 2
            if step["name"] == "SQUARED_DIFFERENCE"
            else getattr(np, names[step["name"]])(a, b)
        ),
        "reduce": lambda step, x: getattr(np, names[step["name"]])(x, axis=tuple(step["axes"])),
        "softmax": softmax,
        "concatenate": lambda step, *parts: np.concatenate(parts, axis=step["axis"]),
        "pad": pad,
        "tile": lambda step, x: np.tile(
            x, [n // s for n, s in zip(step["shape"], (1, *x.shape[1:]), strict=True)]
        ),
        "same": lambda step, x: x,
    }
    found = re.search(r'id="network">(.*?)</script>', model_file.read_text(), re.DOTALL)
    assert found
    network = json.loads(found[1])
    flat = np.frombuffer(base64.b64decode(network["weights"]), "<f4")
    values: dict[int, np.ndarray] = {network["entry"]: pictures}
    for number, constant in enumerate(network["constants"]):
        size = int(np.prod(constant["shape"]))
        part = flat[constant["from"] :][:size].reshape(constant["shape"])
        values[-1 - number] = part
    for step in network["steps"]:
        made = kinds[step["kind"]](step, *(values[number] for number in step["in"]))
        made = made.reshape(len(pictures), *step["shape"][1:])
        values[step["out"]] = one({"name": step["then"]}, made) if "then" in step else made
    return values[network["end"]]


@export_format(
    title="One HTML page",
    file="network.html",
    reader=ask_html,
    packages="nothing: any browser opens it",
    tolerance=FULL_PRECISION,
    on_phones=True,
)
def html(run: Run) -> bytes:
    """Opens by double click, without a network: draw or photograph, bars, feature maps."""
    return page(run).encode()
