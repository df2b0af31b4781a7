"""What augmentation does to one picture: recipes, knobs, before and after."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cnnlab import augmentation
from cnnlab.datasets import DATASETS, Overview
from cnnlab.plots import datasets as plots
from pages.parts.datasets.sheet import draw_sheet
from pages.parts.shared.knobs import folded_knobs

VERSIONS = 23


def show_augmentation(overview: Overview) -> None:
    """One picture as training would show it, epoch after epoch."""
    presets = augmentation.PRESETS
    st.write(
        "Augmentation shows every picture a little differently each epoch, so a network learns "
        "what matters and what does not. The same code runs in training."
    )
    left, right = st.columns(2)
    names, preparation = presets.names(), DATASETS[overview.name].preparation
    usual = [card.name for card in presets if card.usual_for == preparation]
    with left:
        preset = st.selectbox(
            "Recipe",
            names,
            index=names.index(usual[0]) if usual else 0,
            format_func=lambda name: presets[name].title,
            key=f"preset-{overview.name}",
            help="Choose one in the training form by the same name.",
        )
    with right:
        label = st.selectbox(
            "Picture of",
            range(len(overview.labels)),
            format_func=lambda number: overview.labels[number],
            key=f"augment-class-{overview.name}",
        )
    source = f" Source: {presets[preset].source}." if presets[preset].source else ""
    st.caption(presets[preset].description + source)
    values = folded_knobs(
        "Turn its knobs to see what each does",
        augmentation.knobs(),
        f"augment-{preset}",
        augmentation.settings(preset),
        columns=4,
    )
    seed = st.session_state.get("augment-seed", 0)
    _versions(overview, label, augmentation.check(values), seed)
    if st.button("Other versions", icon=":material/refresh:", key="augment-again"):
        st.session_state["augment-seed"] = seed + 1
        st.rerun()


def _versions(overview: Overview, label: int, values: Mapping[str, Any], seed: int) -> None:
    """The picture itself first, then what training would make of it."""
    picture = overview.samples[label, 0]
    others = overview.samples[:, 1:3].reshape(-1, *overview.shape)
    digit = label if augmentation.are_digits(overview.labels) else -1
    made = augmentation.preview(picture, others, values, VERSIONS, seed, digit)
    draw_sheet(plots.versions(picture, made), "versions")
