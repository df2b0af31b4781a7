"""Figures of what compressing a run would cost, measured when they are asked."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab import lab, runs
from cnnlab.compression.questions import FewerBits, FiguresInInt8, PruningPreview
from cnnlab.errors import LabError
from cnnlab.lessons._cards import Truth, figure
from cnnlab.runs import Run

if TYPE_CHECKING:
    from cnnlab.compression.bit_widths import BitWidths
    from cnnlab.compression.pruning.preview import Preview
    from cnnlab.compression.quantized_value import Int8Figures

MAGNITUDE = "magnitude"


@figure(title="Accuracy after pruning", unit="share")
def pruned_accuracy(run: str, percent: str) -> Truth:
    """What a run reads when so many per cent of its weights, the smallest, are set to zero."""
    found = runs.find(run)
    preview = _preview(found.path, _number(percent, 5, 99) / 100, lab.state_of(found))
    words = f"before {preview.accuracy:.1%}, on {preview.pictures:,} validation pictures"
    return Truth(preview.accuracy_after, "share", words)


@figure(title="Accuracy in int8", unit="share")
def int8_accuracy(run: str) -> Truth:
    """What a run reads when its weights and maps are whole numbers of 8 bits."""
    found = _int8(runs.find(run))
    before = sum(right for _, _, right, _ in found.classes) / found.pictures
    after = sum(kept for _, _, _, kept in found.classes) / found.pictures
    return Truth(after, "share", f"before {before:.1%}, on {found.pictures:,} test pictures")


@figure(title="Pictures int8 forgets", unit="count")
def int8_forgets(run: str) -> Truth:
    """Test pictures a run reads in floats and no longer in int8."""
    found = _int8(runs.find(run))
    return Truth(found.lost, "count", f"of {found.pictures:,}, and {found.gained:,} are gained")


@figure(title="Accuracy in few bits", unit="share")
def bits_accuracy(run: str, bits: str) -> Truth:
    """What a run reads when every layer's weights have so many bits, untrained afterwards."""
    found = _bits(runs.find(run), round(_number(bits, 2, 8)))
    words = f"before {found.accuracy_before:.1%}, on {found.pictures:,} test pictures"
    return Truth(found.accuracy, "share", words)


@figure(title="The layer few bits hurt most", unit="word")
def tenderest_layer(run: str, bits: str) -> Truth:
    """Which layer, alone in so few bits, costs most."""
    found = _bits(runs.find(run), round(_number(bits, 2, 8)))
    names = tuple(layer.name for layer in found.layers)
    return Truth(found.worst.name, "word", f"alone it leaves {found.worst.accuracy:.1%}", names)


def _number(words: str, low: float, high: float) -> float:
    try:
        number = float(words)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise LabError(f"A lesson asks for {words!r} where {low:g} to {high:g} is meant.")
    return number


def _int8(run: Run) -> "Int8Figures":
    return _figures_in_int8(run.path, lab.state_of(run))


def _bits(run: Run, bits: int) -> "BitWidths":
    return _few_bits(run.path, bits, lab.state_of(run))


@functools.lru_cache(maxsize=50)
def _preview(folder: Path, share: float, _state: str) -> "Preview":
    return lab.ask(PruningPreview(folder, MAGNITUDE, {"share": share}))


@functools.lru_cache(maxsize=50)
def _figures_in_int8(folder: Path, _state: str) -> "Int8Figures":
    return lab.ask(FiguresInInt8(folder))


@functools.lru_cache(maxsize=50)
def _few_bits(folder: Path, bits: int, _state: str) -> "BitWidths":
    return lab.ask(FewerBits(folder, (bits,)))
