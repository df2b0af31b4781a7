"""Keras models as people save them, through every room that reads a graph."""

import keras
import numpy as np
import pytest

from cnnlab import summary
from cnnlab.architectures._script import script
from cnnlab.compression import METHODS
from cnnlab.errors import LabError
from cnnlab.visualization import ATTRIBUTIONS
from cnnlab.visualization._opened import Opened, open_model
from cnnlab.visualization.arithmetic.explanation import explain
from cnnlab.visualization.attribution.heat import attribute
from cnnlab.visualization.features.activations import all_maps
from cnnlab.visualization.features.kernels import kernels_of
from tests.cases import IMPORTS, saved_model

NOT_A_PICTURE = {"in_28x28_nochannel"}  # before an import gives it its channel


@pytest.fixture(scope="module", params=[name for name in IMPORTS if name not in NOT_A_PICTURE])
def opened(request) -> Opened:
    """Each saved model, laid open once for all tests of it."""
    return open_model(saved_model(request.param))


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return np.random.default_rng(0).random((28, 28, 1), np.float32)


def test_every_map_is_shown_and_the_last_is_the_answer(opened, picture):
    flow = all_maps(opened, picture, 4, "strength")
    assert [layer.name for layer in flow.layers] == [call.name for call in opened.calls]
    (expected,) = keras.tree.flatten(opened.model.predict_on_batch(picture[None]))
    np.testing.assert_allclose(flow.probabilities, np.asarray(expected).reshape(-1), atol=1e-2)


def test_every_attribution_answers(opened, picture):
    made = attribute(opened, picture, [card.name for card in ATTRIBUTIONS])
    assert not made.refused
    assert all(heat.values.shape == (28, 28) for heat in made.heats)
    assert all(np.isfinite(heat.values).all() for heat in made.heats)


def test_kernels_and_arithmetic_of_every_layer(opened, picture):
    kernels = kernels_of(opened.model)
    assert set(kernels) == {call.name for call in opened.calls if call.kind == "Conv2D"}
    for call in opened.calls:
        place = tuple(side // 2 for side in call.shape)
        told = explain(opened, picture, call.name, place)
        random = call.kind.startswith("Random")
        assert told.stages[-1].steps or random, call.name
        assert told.total == pytest.approx(told.value, rel=2e-2, abs=2e-2), call.name


@pytest.mark.parametrize("name", IMPORTS)
def test_tables_scripts_and_pruning(name):
    model = saved_model(name)
    table = summary.summarize(model)
    assert table.totals.params == model.count_params()
    assert all(row.counted or row.type == "Normalization" for row in table.layers)
    namespace: dict[str, keras.Model] = {}
    exec(compile(script(model, name), "script.py", "exec"), namespace)
    assert namespace["model"].count_params() == model.count_params()
    card = METHODS["filters"]
    values = card.check({})
    try:
        smaller = card.function(model, **{k: values[k] for k in card.own}).remove(0.5)
    except LabError as refusal:
        pytest.fail(str(refusal))
    after = summary.summarize(smaller).totals
    assert after.macs < 0.7 * table.totals.macs
    assert smaller.output_shape[1:] == tuple(model.outputs[0].shape[1:])
