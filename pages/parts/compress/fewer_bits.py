"""In fewer bits: one value in floats and in int8, int8 class by class, and 8 to 2 bits a layer."""

from typing import TYPE_CHECKING

import streamlit as st

from cnnlab import lab, runs
from cnnlab.compression.questions import FewerBits, FiguresInInt8, ValueInInt8
from cnnlab.runs import Run
from pages.parts.shared.plainly import cells, literal, plainly

if TYPE_CHECKING:
    from cnnlab.compression.bit_widths import BitWidths
    from cnnlab.compression.quantized_value import Int8Figures, QuantizedValue

MOST, LEAST = 8, 2
A_ROW = 4  # sliders side by side


def show(run: Run) -> None:
    """Three questions, each of which runs by itself."""
    if not run.model_file.is_file() and not run.tflite_file.is_file():
        st.info("There is no model to look at yet: wait until the run is done.")
        return
    for title, part in (
        ("One value, twice", _value),
        ("Int8, class by class", _classes),
        ("8 to 2 bits a layer", _bits),
    ):
        st.subheader(title)
        st.fragment(plainly(part))(run)


def _value(run: Run) -> None:
    first = _quantized_value(run.name, 0, (0, 0, 0), 0, lab.state_of(run))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layer = st.selectbox(
            "Layer",
            range(len(first.layers)),
            format_func=first.layers.__getitem__,
            key=f"bits-layer-{run.name}",
            width=220,
        )
        shape = _quantized_value(run.name, layer, (0, 0, 0), 0, lab.state_of(run)).shape
        place = tuple(
            int(
                st.number_input(
                    word,
                    0,
                    side - 1,
                    min(start, side - 1),
                    key=f"bits-{word}-{run.name}-{layer}",
                    width=130,
                    disabled=side == 1,
                    help="There is only one." if side == 1 else None,
                )
            )
            for word, side, start in zip(
                ("Row", "Column", "Filter"), shape, (shape[0] // 2, shape[1] // 2, 0), strict=True
            )
        )
        picture = st.number_input("Test picture", 0, None, 0, key="bits-picture", width=130)
    row, column, filter_ = place
    value = _quantized_value(
        run.name, layer, (row, column, filter_), int(picture), lab.state_of(run)
    )
    _beside(value)
    _steps(value)


def _beside(value: "QuantizedValue") -> None:
    """The value in both networks, and how many steps lie between."""
    with st.container(horizontal=True):
        floats = value.real_in_floats
        st.metric("In floats", "not in its file" if floats is None else f"{floats:.5f}")
        st.metric("In int8", f"{value.real:.5f}", help="What its whole number stands for.")
        st.metric("Whole number", value.answer)
        if floats is not None:
            steps = (value.real - floats) / value.scale_out
            st.metric("Apart", f"{abs(steps):.2f} steps", help="Half a step comes from rounding.")
    if value.is_cut:
        st.info("The value lies outside the range int8 was given here, and was cut off.")


def _steps(value: "QuantizedValue") -> None:
    """What the chip computes, line by line."""
    zero, out = value.zero_in, value.zero_out
    st.dataframe(
        cells(
            [
                {"what": what, "number": number, "how": how}
                for what, number, how in (
                    ("Sum (accumulator)", f"{value.total:,}", _sum(value)),
                    ("Step of the map read", f"{value.scale_in:.6g}", f"{zero} stands for 0"),
                    ("Step of the weights", f"{value.scale_weight:.6g}", "of this filter"),
                    ("Step of the map made", f"{value.scale_out:.6g}", f"{out} stands for 0"),
                    ("Factor", f"{value.factor:.6g}", "read × weights ÷ made: 31 bits, a shift"),
                    ("Sum × factor", f"{value.exact:.4f}", "before it is rounded"),
                    ("Rounded, plus zero point", f"{value.answer}", _range(value)),
                )
            ]
        ),
        hide_index=True,
        key="bits-steps",
        column_config={"what": "Step", "number": "Number", "how": "How"},
    )


def _sum(value: "QuantizedValue") -> str:
    """The largest products in words, the bias, and how many there are."""
    shown = " + ".join(f"({one.given}×{one.weight})" for one in value.products[:4])
    return f"{shown} + ..., {value.count} products, bias {value.bias:,}"


def _range(value: "QuantizedValue") -> str:
    return f"between {value.low} and {value.high}"


def _classes(run: Run) -> None:
    """Accuracy of each class in both, and on how many pictures they agree."""
    found = _figures(run.name, lab.state_of(run))
    before = sum(right for _, _, right, _ in found.classes)
    after = sum(kept for _, _, _, kept in found.classes)
    with st.container(horizontal=True):
        st.metric("In floats", f"{before / found.pictures:.2%}")
        st.metric("In int8", f"{after / found.pictures:.2%}")
        st.metric("Named alike", f"{found.alike / found.pictures:.2%}")
        st.metric("Lost and gained", f"{found.lost} and {found.gained}")
    rows = [
        {"class": name, "pictures": count, "floats": right / count, "int8": kept / count}
        for name, count, right, kept in found.classes
    ]
    st.dataframe(
        cells(rows),
        hide_index=True,
        key="bits-classes",
        column_config={
            "class": "Class",
            "pictures": "Pictures",
            "floats": st.column_config.NumberColumn("In floats", format="percent"),
            "int8": st.column_config.NumberColumn("In int8", format="percent"),
        },
    )
    st.caption(f"Of the first {found.pictures:,} test pictures.")


def _bits(run: Run) -> None:
    """A slider for all layers and one for each; what is left, and who hurts most."""
    everywhere = st.slider(
        "Bits of every layer's weights",
        LEAST,
        MOST,
        4,
        key=f"bits-all-{run.name}",
        help="Moves all the sliders below.",
        on_change=lambda: _forget(run),
    )
    names = [layer.name for layer in _fewer(run.name, (MOST,), lab.state_of(run)).layers]
    chosen = []
    with st.expander("Layer by layer"):
        for start in range(0, len(names), A_ROW):
            columns = st.columns(A_ROW)
            for column, name in zip(columns, names[start : start + A_ROW], strict=False):
                key = f"bits-of-{run.name}-{name}"
                chosen.append(column.slider(literal(name), LEAST, MOST, everywhere, key=key))
    _left(_fewer(run.name, tuple(chosen), lab.state_of(run)))


def _forget(run: Run) -> None:
    """Layers follow the slider for all again."""
    for key in [key for key in st.session_state if str(key).startswith(f"bits-of-{run.name}-")]:
        del st.session_state[key]


def _left(found: "BitWidths") -> None:
    worst = found.worst
    with st.container(horizontal=True):
        st.metric("Before", f"{found.accuracy_before:.1%}")
        st.metric("With these bits", f"{found.accuracy:.1%}")
        st.metric("Weights", f"{found.weight_bytes:,} B", help="Without scales and biases.")
    if worst.loss > 0:
        st.write(
            f"**{literal(worst.name)}** hurts most: with its {worst.weights:,} weights alone in "
            f"{worst.bits} bits, {worst.accuracy:.1%} are left."
        )
    rows = [
        {
            "layer": layer.name,
            "weights": layer.weights,
            "bits": layer.bits,
            "alone": layer.accuracy,
            "loss": layer.loss,
        }
        for layer in sorted(found.layers, key=lambda layer: -layer.loss)
    ]
    st.dataframe(
        cells(rows),
        hide_index=True,
        key="bits-layers",
        column_config={
            "layer": "Layer",
            "weights": "Weights",
            "bits": "Bits",
            "alone": st.column_config.NumberColumn("Accuracy, it alone", format="percent"),
            "loss": st.column_config.NumberColumn("Loss added", format="%.4f"),
        },
    )
    st.caption(
        f"Simulated on {found.pictures} test pictures: weights on so few steps, one scale for each "
        "filter, maps and sums in floats, no training afterwards."
    )


@st.cache_data(show_spinner="Writing the network in int8", max_entries=200)
def _quantized_value(
    name: str, layer: int, place: tuple[int, int, int], picture: int, state: str
) -> "QuantizedValue":
    return lab.ask(ValueInInt8(runs.find(name).path, layer, place, picture))


@st.cache_data(show_spinner="Asking both about the test pictures", max_entries=20)
def _figures(name: str, state: str) -> "Int8Figures":
    return lab.ask(FiguresInInt8(runs.find(name).path))


@st.cache_data(show_spinner="Trying each layer by itself", max_entries=200)
def _fewer(name: str, bits: tuple[int, ...], state: str) -> "BitWidths":
    return lab.ask(FewerBits(runs.find(name).path, bits))
