"""The views on a dataset: pictures, averages, classes, difficulty, augmentation."""

from collections.abc import Sequence

import streamlit as st

from cnnlab import datasets, images
from cnnlab.datasets import DatasetCard, Overview
from cnnlab.plots import datasets as plots
from pages.parts.datasets.augmentation import show_augmentation
from pages.parts.datasets.card import delete_button
from pages.parts.datasets.sheet import chosen, draw_sheet
from pages.parts.shared.links import keep
from pages.parts.shared.plainly import literal

ROWS, COLUMNS = 10, 12
STEPS = ("reading the pictures", "averaging them", "looking for copies", "comparing neighbors", "")


def show_views(card: DatasetCard) -> None:
    """One view at a time, kept in the address; only what is shown is computed and sent."""
    overview = _overview(card)
    if card.name.startswith("own-"):
        delete_button(card)
    views = {
        "pictures": (":material/grid_view: Pictures", _pictures),
        "classes": (":material/bar_chart: Classes", _classes),
        "averages": (":material/blur_on: Averages", _averages),
        "difficulty": (":material/compare: Difficulty", _difficulty),
        "augmentation": (":material/auto_awesome_motion: Augmentation", show_augmentation),
    }
    wanted = st.query_params.get("view", "pictures")
    view = st.segmented_control(
        "View",
        list(views),
        format_func=lambda key: views[key][0],
        default=wanted if wanted in views else "pictures",
        required=True,
        key="view",
        label_visibility="collapsed",
    )
    keep("view", view, "pictures")
    views[view][1](overview)
    if overview.skipped:
        st.caption(f"{overview.skipped:,} files could not be read and are left out.")


def _overview(card: DatasetCard) -> Overview:
    """The overview; a bar shows how far it is when it has to be counted first."""
    place = st.empty()

    def progress(done: int, total: int) -> None:
        place.progress(done / total, f"Counted once, then kept: {STEPS[min(done, 4)]}")

    found = datasets.overview(card.name, progress)
    place.empty()
    return found


def _pictures(overview: Overview) -> None:
    """Sample pictures; a press on one shows it at pixel scale."""
    controls = st.columns(3)
    with controls[0]:
        label = _choose_class(overview)
    with controls[1]:
        first = _first_class(overview) if label is None else 0
    sheet = _sheet(overview, overview.fingerprint, label, first)
    key = f"sheet-{overview.name}-{label}-{first}"
    number = chosen(key)
    if number >= len(sheet.names) or not sheet.names[number]:
        number = 0
    left, right = st.columns([3, 2], gap="large")
    with left:
        draw_sheet(sheet, key, pressable=True)
        st.caption("Press a picture to see its pixels. Which ones would you get wrong yourself?")
    with right:
        samples = _samples(overview, label, first)[1]
        _enlarged(samples[divmod(number, sheet.shape[1])], sheet.names[number])


@st.cache_data(max_entries=60, show_spinner=False)
def _sheet(_overview: Overview, fingerprint: str, label: int | None, first: int) -> plots.Sheet:
    """The samples' sheet; the same for everybody, so it is packed once."""
    sides, samples, places = _samples(_overview, label, first)
    names = [
        [f"{side}, training picture {place}" if place >= 0 else "" for place in row]
        for side, row in zip(sides, places, strict=True)
    ]
    words = f"Samples of {', '.join(dict.fromkeys(sides))}; the arrow keys choose one."
    return plots.sheet(samples, names, words, sides if label is None else ())


def _choose_class(overview: Overview) -> int | None:
    """A class's number, or None for all."""
    labels = overview.labels
    wanted = st.query_params.get("class")
    index = labels.index(wanted) + 1 if wanted in labels else 0
    number = st.selectbox(
        "Class",
        range(len(labels) + 1),
        index=index,
        format_func=lambda number: "all classes" if number == 0 else labels[number - 1],
        key=f"class-{overview.name}",
        help="All classes side by side, or many pictures of one.",
    )
    if number:
        st.query_params["class"] = labels[number - 1]
    else:
        st.query_params.pop("class", None)
    return number - 1 if number else None


def _first_class(overview: Overview) -> int:
    """Where the shown classes start; ten fit at once."""
    pages = -(-len(overview.labels) // ROWS)
    if pages == 1:
        return 0
    part = st.number_input("Part of the classes", 1, pages, 1, key=f"part-{overview.name}")
    return (int(part) - 1) * ROWS


def _samples(
    overview: Overview, label: int | None, first: int
) -> tuple[tuple[str, ...], images.Array, list[list[int]]]:
    """Row names, samples `(rows, columns, h, w, c)` and their places in the training part."""
    if label is None:
        shown = slice(first, first + ROWS)
        samples, places = overview.samples[shown, :COLUMNS], overview.places[shown, :COLUMNS]
        return overview.labels[shown], samples, places.tolist()
    samples, places = overview.samples[label], overview.places[label]
    rows = max(1, len(places) // COLUMNS)
    columns = len(places) // rows
    samples = samples[: rows * columns].reshape(rows, columns, *overview.shape)
    places = places[: rows * columns].reshape(rows, columns)
    return (overview.labels[label],) * rows, samples, places.tolist()


def _enlarged(picture: images.Array, words: str) -> None:
    height, width, channels = picture.shape
    kind = "gray" if channels == 1 else "color"
    shown = literal(f"{words[:1].upper()}{words[1:]}")
    st.caption(f"{shown}: {height}x{width} {kind} pixels, values 0 to 255.")
    st.plotly_chart(plots.single(picture), key="single")
    st.caption(
        f"The network reads {picture.size:,} numbers, {picture.min()} to {picture.max()} here, "
        "divided by 255. Point at a pixel to read its own."
    )


def _classes(overview: Overview) -> None:
    """How many pictures of each class, and how they are split."""
    sums = {part: sum(counts) for part, counts in overview.counts.items()}
    st.write(
        f"**{sums['train']:,}** pictures to learn from, **{sums['validation']:,}** to choose the "
        f"best epoch by, **{sums['test']:,}** to judge the result, never seen before."
    )
    st.plotly_chart(plots.class_counts(overview.labels, overview.counts), key="counts")
    train = overview.counts["train"]
    low, high = min(train), max(train)
    st.caption(
        f"The smallest class has {low:,} training pictures, the largest {high:,}. When one class "
        "outweighs the rest, a network may just guess it: compare accuracy with its share. The "
        "split is the same for every training, whatever its seed."
    )
    fingerprint = overview.fingerprint[:16]
    st.caption(f"Variant: {literal(overview.variant)}. Fingerprint of the data: {fingerprint}")


def _averages(overview: Overview) -> None:
    """Mean and deviation pictures, and the histogram of pixel values."""
    st.write(
        "**Mean** of each class above, **deviation** below. A sharp mean says that all pictures of "
        "the class look alike; a gray blur says that place and pose vary. Bright deviation marks "
        "the pixels that carry information; black ones never change. (It is drawn twice as bright.)"
    )
    sheet = _average_sheet(overview, overview.fingerprint)
    draw_sheet(sheet, f"averages-{overview.name}")
    st.plotly_chart(plots.pixel_histogram(overview.histogram), key="histogram")
    means = ", ".join(f"{value:.3f}" for value in overview.channel_mean)
    spreads = ", ".join(f"{value:.3f}" for value in overview.channel_deviation)
    st.caption(f"Mean of each channel {means}; standard deviation {spreads}.")


@st.cache_data(max_entries=20, show_spinner=False)
def _average_sheet(_overview: Overview, fingerprint: str) -> plots.Sheet:
    """Mean and deviation of all pictures and of the first classes."""
    names = ("all", *_overview.labels)[: 1 + COLUMNS]
    some = slice(len(names))
    return plots.averages(_overview.mean[some], _overview.deviation[some], names)


def _difficulty(overview: Overview) -> None:
    """Nearest neighbors of other classes, and copies between the parts."""
    close = overview.neighbors
    st.write(
        f"Before any network: take {close.compared:,} training pictures and find the most similar "
        f"other one for each. **{close.overall:.0%}** have a neighbor of their own class "
        f"(guessing, dotted: {close.chance:.0%}). A network has to do better than that to be worth "
        "its parameters."
    )
    plot = plots.own_neighbors(overview.labels, close.own, close.chance)
    st.plotly_chart(plot, key="own-neighbors")
    if close.confused:
        pairs = "; ".join(f"{a} next to {b} ({share:.0%})" for a, b, share in close.confused[:5])
        st.write(f"Most mixed up: {literal(pairs)}.")
    _pairs("Closest pictures of different classes", overview.twins, close.shown, "twins")
    _copies(overview)


def _copies(overview: Overview) -> None:
    """Equal pictures: harmless inside a part, a leak across parts."""
    same = overview.same
    leaks = same.across["train-test"] + same.across["validation-test"]
    inside = sum(same.within.values())
    if not inside and not any(same.across.values()):
        st.write("**Copies**: no two pictures are equal pixel by pixel. Nothing leaks.")
        return
    st.write(
        f"**Copies**: {leaks:,} test pictures also stand in the training or validation part, "
        f"{same.across['train-validation']:,} validation pictures also in the training part, "
        f"{inside:,} are copies within one part; {same.contradicting:,} carry different labels. "
        + ("Test accuracy is too good by about that share." if leaks else "The test part is clean.")
    )
    _pairs("Pictures that stand there twice", overview.doubles, same.shown, "doubles")


def _pairs(title: str, pictures: images.Array, words: Sequence[str], key: str) -> None:
    """Pairs one above the other."""
    if not words:
        return
    st.caption(f"{title}, one above the other; point at them for their names.")
    draw_sheet(plots.pairs(pictures, words), key)
