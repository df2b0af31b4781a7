"""How large a network is, read from its config before anything is built."""

from collections.abc import Iterator
from math import prod
from typing import Any

from cnnlab.errors import LabError

# VGG19 has 143.7 million parameters, Inception-v3 313 layers: both fit.
MAX_PARAMETERS = 150_000_000
MAX_LAYERS = 500
MAX_WIDTH = 1_000_000  # filters or units of one layer
MAX_VALUES = 400_000_000  # of all tensors together, for one picture
WIDTHS = ("units", "filters", "output_dim", "num_heads", "key_dim", "value_dim", "depth_multiplier")


def check_config(config: Any, name: str) -> None:
    """Refuse a config whose layers are too many or too wide, without Keras and at once.

    Raises:
        LabError: it is; the sentence says how large it is and how large it may be.
    """
    layers = list(_layers(config))
    if len(layers) > MAX_LAYERS:
        raise LabError(
            f"{name} has {len(layers)} layers; the lab takes networks up to {MAX_LAYERS}: "
            "import a smaller one."
        )
    for layer in layers:
        for width, value in _widths(layer):
            if value > MAX_WIDTH:
                raise LabError(
                    f"{name} has a layer with {value:,} {width}; the lab takes up to "
                    f"{MAX_WIDTH:,}: import a smaller network."
                )
    least = sum(_least_parameters(layer) for layer in layers)
    if least > MAX_PARAMETERS:
        raise _too_many(name, least)


def check_size(params: int, values: int, name: str) -> None:
    """Refuse a network that was laid out, but not filled, and is too large.

    Args:
        params: Its parameters.
        values: Numbers in all its tensors, for one picture.
        name: The file's.

    Raises:
        LabError: it is too large.
    """
    if params > MAX_PARAMETERS:
        raise _too_many(name, params)
    if values > MAX_VALUES:
        raise LabError(
            f"{name} makes {values:,} values of one picture; the lab takes networks up to "
            f"{MAX_VALUES:,}: give it a smaller Input."
        )


def _too_many(name: str, params: int) -> LabError:
    return LabError(
        f"{name} has {params:,} parameters; the lab takes networks up to {MAX_PARAMETERS:,}: "
        "import a smaller one."
    )


def _layers(value: Any) -> Iterator[dict[str, Any]]:
    """Every layer's config anywhere in a model's, also of models inside it."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            listed = item.get("layers")
            if isinstance(listed, list):
                # One with layers of its own is counted by those.
                yield from (
                    layer for layer in listed if isinstance(layer, dict) and not _holds(layer)
                )
            waiting += item.values()


def _holds(layer: dict[str, Any]) -> bool:
    config = layer.get("config")
    return isinstance(config, dict) and isinstance(config.get("layers"), list)


def _widths(layer: dict[str, Any]) -> Iterator[tuple[str, int]]:
    config = layer.get("config")
    if isinstance(config, dict):
        yield from ((key, config[key]) for key in WIDTHS if isinstance(config.get(key), int))


def _least_parameters(layer: dict[str, Any]) -> int:
    """Weights of a dense or convolution layer whose file says what it was built for."""
    built, config = layer.get("build_config"), layer.get("config")
    if not isinstance(built, dict) or not isinstance(config, dict):
        return 0
    shape = built.get("input_shape")
    if not isinstance(shape, list) or not shape or not isinstance(shape[-1], int):
        return 0
    window = config.get("kernel_size", [])
    sides = window if isinstance(window, list) else [window]
    made = max(
        (value for width, value in _widths(layer) if width in ("units", "filters")), default=0
    )
    return made * shape[-1] * prod(side for side in sides if isinstance(side, int))
