"""The diagram: every block has a place of its own, and sizes are to scale."""

import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest

from cnnlab import summary
from cnnlab.plots import architectures as plots
from cnnlab.plots._blocks import blocks_of
from cnnlab.plots._diagram import WIDEST
from cnnlab.summary import summarize_architecture

SVG = "{http://www.w3.org/2000/svg}"


def row(name, layer_type, inputs, shape=(8, 8, 4), params=0):
    return SimpleNamespace(
        name=name, type=layer_type, inputs=inputs, output_shape=shape, params=params, macs=0
    )


RESIDUAL = (
    row("a", "Conv2D", ("",), params=10),
    row("a_norm", "BatchNormalization", ("a",), params=4),
    row("a_relu", "Activation", ("a_norm",)),
    row("b", "Conv2D", ("a_relu",)),
    row("add", "Add", ("a_relu", "b")),
    row("relu", "ReLU", ("add",)),
)


def test_normalization_and_activation_belong_to_the_block_before_them():
    blocks = blocks_of(RESIDUAL)
    assert [block.name for block in blocks] == ["a", "b", "add"]
    assert blocks[0].followers == ["a_norm", "a_relu"]
    assert blocks[0].params == 14
    assert blocks[2].reads == [0, 1]


def test_an_activation_that_two_layers_share_followersanother_reader_stays_apart():
    rows = (
        row("a", "Conv2D", ("",)),
        row("relu", "ReLU", ("a",)),
        row("b", "Conv2D", ("a",)),
        row("join", "Concatenate", ("relu", "b")),
    )
    assert [block.name for block in blocks_of(rows)] == ["a", "relu", "b", "join"]


@pytest.fixture(scope="module")
def tables():
    names = ("mnist_approach_1", "squeezenet_a", "densenet", "saria_base_resnet", "inception_v3")
    return {name: summarize_architecture(name) for name in names}


def test_no_two_blocks_stand_in_one_place_and_all_lines_lead_to_the_right(tables):
    for table in tables.values():
        blocks = blocks_of(table.layers)
        places = {(block.column, block.lane) for block in blocks}
        assert len(places) == len(blocks)
        for block in blocks:
            assert all(blocks[read].column < block.column for read in block.reads if read >= 0)


def test_every_block_is_drawn_once_and_the_picture_is_sound(tables):
    for table in tables.values():
        drawing = ET.fromstring(plots.diagram(table.layers, table.input_shape))
        drawn = [group.get("data-layer") for group in drawing.iter(f"{SVG}g")]
        drawn = [name for name in drawn if name]
        assert drawn == ["picture", *(block.name for block in blocks_of(table.layers))]


def fronts(table, scale=None):
    """(breadth, height) in pixels of every block's front, by name."""
    drawing = ET.fromstring(plots.diagram(table.layers, table.input_shape, scale))
    found = {}
    for group in drawing.iter(f"{SVG}g"):
        rects = [rect for inner in group.findall(f"{SVG}g") for rect in inner.findall(f"{SVG}rect")]
        if group.get("data-layer"):
            sides = (float(rects[0].get(side)) for side in ("width", "height"))
            found[group.get("data-layer")] = tuple(sides)
    return found


def test_blocks_are_drawn_to_scale(tables):
    drawn = fronts(tables["mnist_approach_1"])
    assert drawn["conv1"][1] / drawn["picture"][1] == pytest.approx(25 / 28, rel=0.01)
    assert drawn["pool1"][1] / drawn["conv1"][1] == pytest.approx(12 / 25, rel=0.01)
    assert drawn["conv2"][0] == pytest.approx(WIDEST / 2, rel=0.01)


def test_networks_looked_at_together_share_one_scale():
    whole, half = (summarize_architecture("lenet5", knobs={"width": width}) for width in (1.0, 0.5))
    scale = plots.scale_of(*((each.layers, each.input_shape) for each in (whole, half)))
    first, second = fronts(whole, scale), fronts(half, scale)
    assert second["conv2"][0] == pytest.approx(first["conv2"][0] / 2, rel=0.01)
    assert second["picture"] == first["picture"]
    assert second["conv1"][1] == first["conv1"][1]
    assert second["hidden1"][1] < first["hidden1"][1]


def test_shares_add_up_to_the_whole(tables):
    figure = plots.shares(tables["squeezenet_a"].layers)
    for bars in figure.data:
        assert sum(bars.y) == pytest.approx(100)


def test_figures_take_every_network(tables):
    for table in tables.values():
        assert len(plots.along(table.layers).data) == 2


def test_differences_put_equal_layers_on_one_line(tables):
    table = tables["mnist_approach_1"]
    pairs = summary.differences(table, summarize_architecture("mnist_approach_2"))
    assert [(p.left.name, p.right.name) for p in pairs if p.same] == [
        ("pool2", "pool2"),
        ("conv2", "conv2"),
        ("pool3", "pool3"),
        ("norm3", "norm2"),
        ("flatten", "flatten"),
        ("classes", "classes"),
    ]
    missing = [pair.left.name for pair in pairs if pair.right is None]
    assert missing == ["norm2"]
    assert all(pair.same for pair in summary.differences(table, table))
