"""Model files: packed, and read by Keras as ever."""

import keras
import numpy as np

from cnnlab import architectures
from cnnlab.training.saving import save_model


def test_a_packed_model_is_small_and_the_same(tmp_path):
    card = architectures.ARCHITECTURES["compact_mnist"]
    model = architectures.build(card.name, card.input_shape, 10, {})
    model.save(tmp_path / "plain.keras")
    save_model(model, tmp_path / "packed.keras")
    plain, packed = ((tmp_path / f"{name}.keras").stat().st_size for name in ("plain", "packed"))
    assert packed < plain / 3
    assert packed > 4 * model.count_params() * 0.8
    again = keras.models.load_model(tmp_path / "packed.keras")
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_was_there_is_replaced_whole(tmp_path):
    file = tmp_path / "model.keras"
    file.write_text("older")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    save_model(model, file)
    assert keras.models.load_model(file).count_params() == 8
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]
