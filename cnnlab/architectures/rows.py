"""A recurrent network: it reads a picture row by row, as one reads a page.

Source: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014
(arXiv:1406.1078); Hochreiter and Schmidhuber, "Long short-term memory", 1997.
"""

from cnnlab.architectures import architecture
from cnnlab.architectures._keras import keras
from cnnlab.registry import Knob

CELLS = ("GRU", "LSTM")


@architecture(
    title="Row by row (GRU)",
    family="Classics",
    source="Cho et al., 2014",
    url="https://arxiv.org/abs/1406.1078",
    knobs=(
        Knob(
            "cell",
            "GRU",
            "What remembers: a GRU has two gates, an LSTM three and a third more weights.",
            choices=CELLS,
        ),
        Knob(
            "units",
            19,
            "How many values it remembers from row to row. 19 make it as large as our compact "
            "network; try 8 and see what it forgets.",
            low=1,
            high=128,
            step=1,
            sizes=True,
        ),
    ),
    input_shape=(28, 28, 1),
    classes=10,
    datasets=("mnist", "digits"),
    params=2_993,
)
def rows(
    input_shape: tuple[int, int, int], classes: int, cell: str = "GRU", units: int = 19
) -> "keras.Model":
    """No kernel: it reads one row of the picture after the other and keeps a memory of them.

    ShatheNet's list of things to learn names GRUs and LSTMs. Beside Compact MNIST, a CNN with
    five parameters more, it shows what a kernel is worth: turn the picture by a quarter and the
    rows are other ones.
    """
    height, width, channels = input_shape
    kinds = {"GRU": keras.layers.GRU, "LSTM": keras.layers.LSTM}
    image = keras.Input(input_shape, name="image")
    x = keras.layers.Reshape((height, width * channels), name="rows")(image)
    # Step by step in the graph: no loop, which not every file format holds.
    x = kinds[cell](units, unroll=True, name=cell.lower())(x)
    x = keras.layers.Dense(classes, activation="softmax", name="classes")(x)
    return keras.Model(image, x, name="rows")
