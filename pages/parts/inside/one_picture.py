"""The picture one looks at: a test picture, a drawing or a file, prepared as on Predict."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from cnnlab import datasets, images, lab, prediction
from cnnlab.plots import maps
from cnnlab.runs import Run
from pages.parts.shared import pictures
from pages.parts.shared.canvas import canvas
from pages.parts.shared.links import keep
from pages.parts.shared.plainly import literal
from pages.parts.shared.tiles import Group, Tile, draw_tiles, pressed

if TYPE_CHECKING:
    from cnnlab.visualization.samples import Samples

WAYS = ("Test picture", "Draw", "Upload")
SHOWN = 20
SPLIT = (3, 8)  # widths of the picture's column and of what is shown of it
TILE_PX = 44


@dataclass(frozen=True)
class Looked:
    """A prepared picture: `image` is `(height, width, channels)`, floats in 0..1.

    `label` is its class's name, "" where nobody knows it.
    """

    image: Any
    words: str
    label: str = ""


def choose_picture(run: Run, which: str = "") -> Looked | None:
    """The reader's picture for this network; None while there is none to look at.

    Args:
        run: The run whose network will see it.
        which: "" for the first picture on a page, another word for a second one; it keeps
            their controls and their places in the address apart.
    """
    way = st.segmented_control(
        "Picture",
        WAYS,
        default=_known(f"from{which}", WAYS),
        required=True,
        key=f"picture-from{which}",
        help="All three are prepared exactly as the network's training pictures were.",
    )
    keep(f"from{which}", way, WAYS[0])
    if way == "Test picture":
        return _test_picture(run, which)
    return _drawing(run, which) if way == "Draw" else _upload(run, which)


def usable_datasets(run: Run) -> list[str]:
    """Datasets on this machine, the run's own first."""
    ready = [card.name for card in datasets.DATASETS if datasets.available(card.name).ready]
    own = datasets.stand_in(run.config.dataset)
    return sorted(ready, key=lambda name: name != own)


def choose_dataset(run: Run, which: str = "") -> str | None:
    """The dataset test pictures come from; a choice only where the run's own is not at hand."""
    ready = usable_datasets(run)
    if ready and ready[0] == datasets.stand_in(run.config.dataset):
        return ready[0]
    return st.selectbox(
        "Test pictures of",
        ready,
        format_func=lambda dataset: datasets.DATASETS[dataset].title,
        key=f"dataset{which}-{run.name}",
        help=f"The data of this run ({literal(run.config.dataset)}) is not on this machine.",
    )


def _test_picture(run: Run, which: str) -> Looked | None:
    """A strip of test pictures; a press chooses one, kept in the address."""
    name = choose_dataset(run, which)
    if name is None:
        st.info("No dataset is on this machine: get one on the Datasets page, or draw.")
        return None
    found = lab.test_pictures(name, run.config.input_shape)
    if why := lab.mismatch(run, name, found):
        st.warning(literal(why))
    count = len(found.places)
    if press := pressed(f"samples{which}"):
        st.query_params[f"sample{which}"] = press.key
    own = _number(st.query_params.get(f"sample{which}"), count)
    own = _default(found, which) if own is None else own
    parts = -(-count // SHOWN)
    part = st.session_state.get(f"part{which}", own // SHOWN) % parts
    first = part * SHOWN
    tiles = [
        Tile(i - first, str(i), _title(found, i), chosen=i == own)
        for i in range(first, min(first + SHOWN, count))
    ]
    height, width = found.pictures.shape[1:3]
    sprite = maps.pictures(found.pictures[first : first + SHOWN])
    group = Group(sprite, height, width, TILE_PX, TILE_PX * height // width, tiles)
    draw_tiles([group], f"samples{which}")
    st.button(
        "Other pictures",
        key=f"more{which}",
        icon=":material/refresh:",
        on_click=st.session_state.update,
        args=({f"part{which}": part + 1},),
    )
    label = found.labels[found.classes[own]]
    return Looked(found.pictures[own] / 255, _title(found, own), label)


def _default(found: "Samples", which: str) -> int:
    """The first picture; for a second one, the first of another class."""
    others = [i for i, label in enumerate(found.classes) if label != found.classes[0]]
    return others[0] if which and others else 0


def _title(found: "Samples", i: int) -> str:
    return f"{found.labels[found.classes[i]]} (test picture {found.places[i]})"


def _number(text: str | None, count: int) -> int | None:
    return int(text) if text and text.isdecimal() and int(text) < count else None


def _known(name: str, choices: tuple[str, ...]) -> str:
    wanted = st.query_params.get(name)
    return wanted if wanted in choices else choices[0]


def _drawing(run: Run, which: str) -> Looked | None:
    """What is on the pad; the view follows every stroke."""
    drawn = canvas(f"drawing{which}")
    turned = prediction.on_its_ground(run, drawn)
    prepared = images.prepare(turned, *_expected(run)) if drawn.any() else None
    if prepared is None or prepared.blank:
        st.info("Draw something: the view follows every stroke.")
        return None
    return Looked(prepared.network_input, "your drawing")


def _upload(run: Run, which: str) -> Looked | None:
    """The picture chosen first, fitted to the network's input."""
    brought = pictures.uploaded(which)
    if not brought:
        return None
    options = pictures.options({run.config.preparation}, which, narrow=True)
    picture = images.open_picture(brought[0][1])
    prepared = images.prepare(picture.pixels, *_expected(run), **options)
    if prepared.blank:
        st.info("No ink was found in this picture: choose another, or set the ink.")
        return None
    height, width = picture.pixels.shape[:2]
    rows, columns = run.config.input_shape[:2]
    fitted = f"Fitted from {width}x{height} to {columns}x{rows} pixels."
    for note in (*picture.notes, *prepared.notes, *prepared.doubts, fitted):
        st.caption(note)
    return Looked(prepared.network_input, brought[0][0])


def _expected(run: Run) -> tuple[tuple[int, int, int], str]:
    """The network's input shape and the preparation it was trained with."""
    height, width, channels = run.config.input_shape
    return (height, width, channels), run.config.preparation
