"""Pictures saved again stay on one side of a split; drawings that are only alike are not glued."""

import io

import numpy as np
import pytest
from PIL import Image

from cnnlab import datasets
from cnnlab.datasets._own.near_copies import copies_in, near_copies


def saved_again(data: bytes, how: str) -> bytes:
    """The same picture as someone else would have it."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    if how == "smaller":
        image = image.resize((image.width * 2 // 3, image.height * 2 // 3))
    if how == "brighter":
        image = image.point(lambda level: min(255, int(level * 1.1 + 6)))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=60)
    return stream.getvalue()


@pytest.fixture
def photos(make):
    """Twelve photographs of two kinds, and a copy of every third in each way."""
    files = {}
    for label, tone in (("dark", 70), ("light", 170)):
        for n in range(24):
            data = make.jpeg(make.photo(n + tone, (90, 90), tone))
            files[f"{label}/{n}.jpg"] = data
            if n % 3 == 0:
                for how in ("jpeg", "smaller", "brighter"):
                    files[f"{label}/{n}-{how}.jpg"] = saved_again(data, how)
    return files


def test_copies_stay_together_and_are_counted(folder, make, tmp_path, photos):
    make.zip(tmp_path / "own.zip", photos)
    report = datasets.import_pictures(tmp_path / "own.zip", "copies")
    assert report.near_copies == 2 * 8 * 3
    assert any("48 pictures are near copies" in note for note in report.notes)
    assert not any("look better" in note for note in report.notes)
    data = datasets.load("own-copies")
    x = np.concatenate([data.x_train, data.x_val, data.x_test])
    part = np.repeat([0, 1, 2], [len(data.y_train), len(data.y_val), len(data.y_test)])
    groups = near_copies(x, np.concatenate([data.y_train, data.y_val, data.y_test]))
    assert copies_in(groups) == 48
    for group in np.unique(groups):
        assert len(np.unique(part[groups == group])) == 1
    assert len(data.y_test) > 10


def test_copies_across_parts_the_source_names_are_said(folder, make, tmp_path):
    files = {}
    for label, tone in (("dark", 70), ("light", 170)):
        for n in range(9):
            data = make.jpeg(make.photo(n + tone, (90, 90), tone))
            files[f"{'test' if n < 3 else 'train'}/{label}/{n}.jpg"] = data
            files[f"train/{label}/again{n}.jpg"] = saved_again(data, "jpeg")
    make.zip(tmp_path / "own.zip", files)
    notes = datasets.import_pictures(tmp_path / "own.zip", "leak").notes
    assert any("6 test pictures have a near copy" in note for note in notes)


def test_drawings_that_are_alike_are_no_copies():
    data = datasets.load("mnist_small")
    some = slice(0, 3_000)
    assert copies_in(near_copies(data.x_train[some], data.y_train[some])) <= 6
    digits = datasets.load("digits")
    assert copies_in(near_copies(digits.x_train, digits.y_train)) <= 6


def test_plain_colors_with_noise_are_no_copies():
    chance = np.random.default_rng(0)
    y = np.arange(36) % 3
    colors = np.array([[200, 40, 40], [40, 200, 40], [40, 40, 200]])[y][:, None, None]
    noisy = np.clip(colors + chance.normal(0, 10, (36, 40, 40, 3)), 0, 255).astype(np.uint8)
    assert copies_in(near_copies(noisy, y)) == 0
    plain = np.broadcast_to(colors, (36, 40, 40, 3)).astype(np.uint8)
    assert copies_in(near_copies(plain, y)) == 0


def test_a_picture_saved_twenty_times_is_one_group(make):
    kinds = [make.photo(n, (64, 64)) for n in range(8)]
    again = [
        np.clip(kind.astype(int) + step, 0, 255).astype(np.uint8)
        for kind in kinds
        for step in range(20)
    ]
    groups = near_copies(np.stack(again), np.repeat(np.arange(8) % 2, 20))
    assert len(np.unique(groups)) == 8
