"""What pruning would leave of a network, before anything is trained on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnlab import evaluation, summary
from cnnlab.compression import METHODS
from cnnlab.keras_graph import walk
from cnnlab.runs import Run

_PICTURES = 500


@dataclass(frozen=True)
class Preview:
    """A network before and after a cut, nothing trained on yet.

    Accuracies are on `pictures` validation pictures; `nonzeros` counts weights that are left.
    `layers` holds (layer, channels before, channels after); `notes` says what cannot be cut.
    """

    params: int
    params_after: int
    nonzeros: int
    macs: int
    macs_after: int
    pictures: int
    accuracy: float
    accuracy_after: float
    layers: tuple[tuple[str, int, int], ...]
    notes: tuple[str, ...]


def preview(folder: str, method: str, settings: Mapping[str, Any]) -> Preview:
    """Cut the run in `folder` as a method would; runs in the engine.

    Raises:
        LabError: no model, a network that cannot be cut, or data that is not here.
    """
    from cnnlab.compression.pruning._masks import apply_masks

    run, card = Run(Path(folder)), METHODS[method]
    checked = card.check(settings)
    model = evaluation.load_model(run)
    data = evaluation.data_of(run)
    pictures, truth = data.x_val[:_PICTURES], data.y_val[:_PICTURES]

    def accuracy(network: Any) -> float:
        return float((evaluation.predict_all(network, pictures).argmax(1) == truth).mean())

    before, whole = accuracy(model), summary.summarize(model).totals
    plan = card.function(model, **{name: checked[name] for name in card.own})
    share = float(checked["share"])
    after = plan.remove(share) if plan.remove else model
    if not plan.remove:
        apply_masks(plan.masks(share))
    totals = summary.summarize(after).totals
    return Preview(
        params=whole.params,
        params_after=totals.params,
        nonzeros=sum(int((weights != 0).sum()) for weights in after.get_weights()),
        macs=whole.macs,
        macs_after=totals.macs,
        pictures=len(pictures),
        accuracy=before,
        accuracy_after=accuracy(after),
        layers=_layers(model, after) if plan.remove else (),
        notes=tuple(plan.notes),
    )


def _layers(before: Any, after: Any) -> tuple[tuple[str, int, int], ...]:
    smaller = {call.name: call.channels for call in walk(after)}
    return tuple(
        (call.name, call.channels, smaller[call.name])
        for call in walk(before)
        if call.name in smaller and call.weights and len(call.weights[0].shape) > 1
    )
