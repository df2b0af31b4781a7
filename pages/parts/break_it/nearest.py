"""The training pictures a picture is most like: for each network, and pixel by pixel."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import datasets
from cnnlab.plots import maps
from cnnlab.prediction import board
from cnnlab.runs import Run
from cnnlab.visualization.questions import NearestPictures
from pages.parts.break_it.asking import ask_all
from pages.parts.shared.plainly import literal
from pages.parts.shared.tiles import Group, Tile, draw_tiles

if TYPE_CHECKING:
    from cnnlab.visualization.features.nearest import Neighbor

TILE_PX = 64


def show(answers: board.Answers) -> None:
    """Each network's nearest training pictures, and those that are nearest pixel by pixel."""
    here = board.Answers("")
    for name, answer in answers.given.items():
        if _dataset(answers.asked[name]):
            here.given[name], here.asked[name] = answer, answers.asked[name]
        else:
            st.info(
                f"The data {literal(answers.asked[name].label)} learned from is not on this "
                "machine: get it on the Datasets page."
            )
    if not here.given:
        return
    with st.spinner("Looking through the training pictures"):
        found = ask_all(
            here,
            "nearest",
            lambda run, image: NearestPictures(run.path, image, _dataset(run)),
        )
    for name, one in found.items():
        run = answers.asked[name]
        st.markdown(
            f"**Nearest for {literal(run.label)}**, by the {one.features:,} numbers that "
            f"{literal(one.layer)} reads"
        )
        draw_tiles([_row(one.by_features)], f"near-{name}", pressable=False)
    for name, one in list(found.items())[:1]:
        st.markdown("**Nearest pixel by pixel**")
        draw_tiles([_row(one.by_pixels)], "near-pixels", pressable=False)
        st.caption(
            f"Of {one.looked:,} training pictures of "
            f"{literal(datasets.DATASETS[_dataset(answers.asked[name])].title)}, with their class "
            "and the distance. Where both rows show the same class the network sees what the eye "
            "sees; where they differ, ask what its numbers have in common."
        )


def _dataset(run: Run) -> str:
    """The data a run learned from, or what stands in for it here; "" for none."""
    name = datasets.stand_in(run.config.dataset)
    known = name in datasets.DATASETS and datasets.available(name).ready
    return name if known else ""


def _row(neighbors: "Sequence[Neighbor]") -> Group:
    pictures = maps.stacked([one.picture for one in neighbors])
    height, width = pictures.shape[1:3]
    tiles = [
        Tile(
            at,
            str(at),
            f"{one.label}, training picture {one.place}, distance {one.distance:.3g}",
            f"{one.label}: {one.distance:.3g}",
        )
        for at, one in enumerate(neighbors)
    ]
    return Group(maps.pictures(pictures), height, width, TILE_PX, TILE_PX * height // width, tiles)
