"""Test pictures of a dataset, to show to models that never trained on them."""

from dataclasses import dataclass

import streamlit as st

from cnnlab import datasets, images, lab, prediction, runs
from cnnlab.errors import LabError
from cnnlab.plots import maps
from cnnlab.visualization.samples import Samples
from pages.parts.shared.links import keep
from pages.parts.shared.plainly import literal
from pages.parts.shared.tiles import Group, Tile, draw_tiles, pressed

SHOWN = 24
TILE_PX = 44


@dataclass(frozen=True)
class Sample:
    """One test picture: the dataset, its number in the lab's fixed order, its true label."""

    dataset: str
    number: int
    truth: str


def choose_sample(run: runs.Run) -> Sample | None:
    """A strip of test pictures in the size of `run`, the choice in the address as `?sample=`.

    None where no dataset is at hand.

    Raises:
        LabError: the dataset cannot be read.
    """
    ready = [card.name for card in datasets.DATASETS if datasets.available(card.name).ready]
    if not ready:
        st.info("No dataset is on this machine: fetch one on the Datasets page.")
        return None
    own = datasets.stand_in(run.config.dataset)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Test pictures of",
            ready,
            index=ready.index(own) if own in ready else 0,
            format_func=lambda dataset: datasets.DATASETS[dataset].title,
            key=f"sample-of-{run.name}",
            help="Pictures no model trained on: what it says of them is a fair test.",
        )
        more = st.button("Other pictures", key="sample-more", icon=":material/refresh:")
    found = lab.test_pictures(name, run.config.input_shape)
    number = _number(name, len(found.places), more)
    if why := lab.mismatch(run, name, found):
        st.warning(literal(why))
    _draw_strip(found, name, number)
    return Sample(name, number, str(found.labels[found.classes[number]]))


def _number(dataset: str, count: int, more: bool) -> int:
    """Which picture is looked at: pressed just now, else as the address says."""
    asked = st.query_params.get("sample", "0")
    number = int(asked) if asked.isdecimal() and int(asked) < count else 0
    if press := pressed(f"samples-{dataset}"):
        number = int(press.key)
    if more:
        number = (number // SHOWN + 1) * SHOWN
        number = number if number < count else 0
    keep("sample", str(number), "0")
    return number


def _draw_strip(found: Samples, dataset: str, number: int) -> None:
    first = number // SHOWN * SHOWN
    last = min(first + SHOWN, len(found.places))
    tiles = [
        Tile(i - first, str(i), f"Test picture {found.places[i]}", chosen=i == number)
        for i in range(first, last)
    ]
    height, width = found.pictures.shape[1:3]
    sprite = maps.pictures(found.pictures[first:last])
    group = Group(sprite, height, width, TILE_PX, TILE_PX * height // width, tiles)
    draw_tiles([group], f"samples-{dataset}")


def look_at(sample: Sample, run: runs.Run) -> prediction.Answer:
    """The sample in the run's own size, exactly as its evaluation saw it.

    Raises:
        LabError: the dataset or the model is gone.
    """
    found = lab.test_pictures(sample.dataset, run.config.input_shape)
    if sample.number >= len(found.pictures):
        raise LabError(f"{sample.dataset} has changed on disk: choose another picture.")
    prepared = images.unchanged(found.pictures[sample.number])
    return prediction.Answer(prepared, prediction.predict(run, prepared.network_input))
