"""What a run is called until a reader names it: "LeNet-5, half width, int8, 24 KiB"."""

from cnnlab.architectures import ARCHITECTURES
from cnnlab.compression_kinds import KINDS
from cnnlab.registry import Knob, Value
from cnnlab.schema import Compression, RunConfig

_WIDTHS = {0.25: "quarter width", 0.5: "half width", 2.0: "double width"}
_MOST_KNOBS = 3


def described(config: RunConfig, file_bytes: int | None) -> str:
    """Its network, the knobs that were turned, how it was made smaller, and how large it is."""
    known = config.architecture in ARCHITECTURES
    words = [ARCHITECTURES[config.architecture].title if known else config.architecture]
    if known:
        words += _turned(ARCHITECTURES[config.architecture].knobs, config)
    if config.compression:
        words.append(_made(config.compression))
    elif config.operations:
        words.append("operated on")
    elif config.parent:
        words.append("fine-tuned")
    if file_bytes:
        words.append(_size(file_bytes))
    return ", ".join(words)


def _turned(knobs: tuple[Knob, ...], config: RunConfig) -> list[str]:
    values = config.knobs
    set_to = {knob.name: values.get(knob.name, knob.default) for knob in knobs}
    turned = [knob for knob in knobs if knob.naming or set_to[knob.name] != knob.default]
    words = [_knob(knob, set_to[knob.name]) for knob in turned[:_MOST_KNOBS]]
    return [*words, "and more"] if len(turned) > _MOST_KNOBS else words


def _knob(knob: Knob, value: Value) -> str:
    label = knob.label[0].lower() + knob.label[1:]
    if isinstance(value, bool):
        return label if value else f"no {label}"
    if knob.name == "width" and value in _WIDTHS:
        return _WIDTHS[float(value)]
    return f"{label} {value:g}" if isinstance(value, float) else f"{label} {value}"


def _made(compression: Compression) -> str:
    adjective = KINDS[compression.kind].adjective if compression.kind in KINDS else ""
    return adjective or compression.method.replace("_", " ")


def _size(file_bytes: int) -> str:
    if file_bytes < 1024**2:
        return f"{file_bytes / 1024:.{1 if file_bytes < 10_240 else 0}f} KiB"
    return f"{file_bytes / 1024**2:.1f} MiB"
