"""What a network costs before it is trained, and how fast it learns here. Needs Keras."""

import math
import time

import numpy as np

from cnnlab import architectures, boards, evaluation, export, runs, summary
from cnnlab.compression import METHODS
from cnnlab.errors import LabError
from cnnlab.schema import Costs, Settings
from cnnlab.studies._cards import CostOfCut

_LEAST_S, _LEAST_STEPS, _MOST_STEPS = 0.3, 3, 30


def costs(
    architecture: str,
    input_shape: tuple[int, int, int],
    classes: int,
    knobs: Settings,
    int8: bool = False,
) -> Costs:
    """Figures of the network as it is built.

    Args:
        architecture: A key of `architectures.ARCHITECTURES`.
        input_shape: (height, width, channels).
        classes: Classes told apart.
        knobs: Some of the architecture's.
        int8: Also the bytes of its LiteRT file in 8 bits; training does not change them.

    Raises:
        LabError: there is no such network for such pictures.
    """
    totals = summary.summarize_architecture(architecture, input_shape, classes, knobs).totals
    size = None
    if int8:
        size = export.int8_bytes(architectures.build(architecture, input_shape, classes, knobs))
    return Costs(totals.params, totals.macs, totals.peak_activation_bytes, size)


def misfit(
    architecture: str,
    input_shape: tuple[int, int, int],
    classes: int,
    knobs: Settings,
    board: str,
) -> str:
    """Why the network, exported as C, does not fit on a board, in bytes; "" where it does.

    Args:
        architecture, input_shape, classes, knobs: As of `costs`.
        board: A key of `boards.BOARDS`.
    """
    chip = boards.BOARDS[board].chip
    if (picture := math.prod(input_shape) + boards.STACK_BYTES) > chip.ram_bytes:
        return (
            f"needs {picture:,} bytes of RAM for the picture and the stack alone, where the board "
            f"has {chip.ram_bytes:,}: choose smaller pictures, or gray ones (--input 28x28x1)"
        )
    model = architectures.build(architecture, input_shape, classes, knobs)
    try:
        needs = boards.needs_of(export.to_float32(model))
    except LabError as error:  # a layer without an integer version
        return str(error)
    found = boards.fit(needs, boards.BOARDS[board])
    return "" if found.fits else found.words


def of_cuts(run: str, int8: bool = False) -> CostOfCut:
    """What pruning leaves of a run's network, before anything is trained on.

    Args:
        run: Its name; its weights say which filters go.
        int8: Also the bytes of the LiteRT file in 8 bits.

    Raises:
        LabError: it has no model, or nothing can be cut out of it.
    """
    model = evaluation.load_model(runs.find(run))

    def cost(method: str, settings: Settings) -> Costs:
        card = METHODS[method]
        checked = card.check(settings)
        plan = card.function(model, **{name: checked[name] for name in card.own})
        left = plan.remove(float(checked["share"]))
        totals = summary.summarize(left).totals
        size = export.int8_bytes(left) if int8 else None
        return Costs(totals.params, totals.macs, totals.peak_activation_bytes, size)

    return cost


def step_seconds(
    architecture: str,
    input_shape: tuple[int, int, int],
    classes: int,
    knobs: Settings,
    batch_size: int,
) -> float:
    """Seconds of one training step on `batch_size` pictures, measured on this machine.

    The first step, which builds the function, does not count.
    """
    model = architectures.build(architecture, input_shape, classes, knobs)
    model.compile(optimizer="sgd", loss="categorical_crossentropy")
    pictures = np.zeros((batch_size, *input_shape), "float32")
    truth = np.eye(classes, dtype="float32")[np.arange(batch_size) % classes]
    model.train_on_batch(pictures, truth)
    started, steps = time.monotonic(), 0
    while steps < _LEAST_STEPS or (steps < _MOST_STEPS and time.monotonic() - started < _LEAST_S):
        model.train_on_batch(pictures, truth)
        steps += 1
    return (time.monotonic() - started) / steps
