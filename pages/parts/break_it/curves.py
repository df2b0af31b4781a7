"""Curves over the strength of a transform, and the smallest change that flips each answer."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab.plots import robustness as charts
from cnnlab.plots.photos import Photo, photos
from cnnlab.prediction import board
from cnnlab.robustness import TransformCard, all_transforms
from cnnlab.robustness.breaking import spoiled
from cnnlab.robustness.questions import BrokenPicture
from pages.parts.break_it.asking import ask_all
from pages.parts.shared.links import keep
from pages.parts.shared.plainly import literal

if TYPE_CHECKING:
    from cnnlab.robustness.breaking import Broken, Curve

STRIP, STRIP_PX = 9, 68


def show(answers: board.Answers) -> None:
    """The least that flips each answer, a transform's curve, and what the picture looks like."""
    card, seed = choose_transform()
    with st.spinner("Spoiling the picture in every way"):
        found = ask_all(
            answers, f"broken {seed}", lambda run, image: BrokenPicture(run.path, image, seed)
        )
    if not found:
        return
    for name, one in found.items():
        st.markdown(_least(answers.asked[name].label, one))
    st.plotly_chart(_chart(answers, found, card), key="break-curve")
    _strip(answers, found, card, seed)
    _table(answers, found)


def choose_transform() -> tuple[TransformCard, int]:
    """A transform, kept in the address, and the seed of what it leaves to chance."""
    cards = {card.name: card for card in all_transforms()}
    one, two = st.columns([4, 1])
    wanted, names = st.query_params.get("transform"), list(cards)
    name = one.selectbox(
        "Spoil it by",
        names,
        index=names.index(wanted) if wanted in cards else 0,
        format_func=lambda key: cards[key].title,
        key="transform",
        help="\n".join(f"- **{card.title}**: {card.in_short}" for card in cards.values()),
    )
    seed = two.number_input(
        "Seed", 0, 999, key="seed", bind="query-params", help="Another noise, another hidden place."
    )
    keep("transform", name, names[0])
    return cards[name], int(seed)


def _least(title: str, found: "Broken") -> str:
    says = f"**{literal(title)}** says {literal(found.label)} ({found.confidence:.0%})."
    if not found.nearest:
        return f"{says} Nothing tried here changes its answer."
    flip = found.nearest
    return f"{says} {flip.words[0].upper()}{flip.words[1:]} it says **{literal(flip.label)}**."


def _curve(found: "Broken", card: TransformCard) -> "Curve":
    return next(curve for curve in found.curves if curve.transform == card.name)


def _chart(answers: board.Answers, found: dict[str, "Broken"], card: TransformCard) -> object:
    lines = []
    for name, one in found.items():
        curve = _curve(one, card)
        points = zip(curve.strengths, curve.labels, curve.confidences, strict=True)
        words = [f"{card.words(at)}: {label} ({share:.0%})" for at, label, share in points]
        fallen = [label != one.label for label in curve.labels]
        label = answers.asked[name].label
        lines.append(charts.Line(label, curve.strengths, curve.kept, words, fallen))
    return charts.curves(lines, card.unit, card.unchanged, "confidence in its first answer")


def _strip(
    answers: board.Answers, found: dict[str, "Broken"], card: TransformCard, seed: int
) -> None:
    """The picture at some strengths, with the first network's answers."""
    name, one = next(iter(found.items()))
    curve = _curve(one, card)
    last = len(curve.strengths) - 1
    chosen = [round(i * last / (STRIP - 1)) for i in range(STRIP)]
    image = answers.given[name].prepared.network_input
    shown = spoiled(card.name, image, [curve.strengths[i] for i in chosen], seed)
    frames = [
        Photo(
            picture,
            f"{card.words(curve.strengths[i])}: {curve.labels[i]}",
            f"{curve.strengths[i]:.3g}: {curve.labels[i]}",
        )
        for i, picture in zip(chosen, shown, strict=True)
    ]
    st.html(photos(frames, STRIP_PX))
    st.caption(
        f"Strength ({card.unit}) and what {literal(answers.asked[name].label)} says. Hollow marks "
        "in the chart: another answer than at first."
    )


def _table(answers: board.Answers, found: dict[str, "Broken"]) -> None:
    """The smallest change by each transform that flips each network's answer."""
    st.markdown("**The smallest change that flips the answer**")
    titles = [answers.asked[name].label for name in found]
    rows = [
        (card.title, [one.flips[number] for one in found.values()])
        for number, card in enumerate(all_transforms())
    ]
    cells = [
        (title, [(flip.words, flip.label) if flip else None for flip in flips])
        for title, flips in rows
    ]
    st.html(charts.flips_table(titles, cells))
    st.caption(
        "Found on a grid of strengths and halved seven times between its steps, within each "
        "transform's range. A network asked with noise is asked with one pattern of it."
    )
