"""Whatever the card of an own dataset holds costs that dataset alone; old cards still open."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnlab import datasets, paths
from cnnlab.datasets import DATASETS, _overview
from cnnlab.datasets._own.store import store
from cnnlab.errors import LabError
from cnnlab.schema import VERSION, ImportedPictures

SOUND = "own-sound"
REPORT = ImportedPictures(
    name=SOUND,
    counts={"dark": 6, "light": 6},
    validation_count=2,
    test_count=4,
    broken=1,
    duplicates=0,
    contradictions=0,
)


def changed(card: dict, *place: str, to: object) -> dict:
    """A copy of the card with another value at this place."""
    copy = json.loads(json.dumps(card))
    inner = copy
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = to
    return copy


def damages(card: dict) -> Iterator[tuple[str, bytes]]:
    """Contents no lab wrote: other types, keys gone, numbers that cannot be."""
    for number, content in enumerate(([], 5, None, "text", {}, [[]], float("nan"))):
        yield f"other-{number}", json.dumps(content).encode()
    yield "half", b'{"shape": [8,'
    yield "deep", b"[" * 100_000
    yield "bytes", bytes(range(256))
    yield "later", json.dumps(changed(card, "version", to=VERSION + 1)).encode()
    for key in ("shape", "preparation", "imported", "report"):
        gone = {name: value for name, value in card.items() if name != key}
        yield f"without-{key}", json.dumps(gone).encode()
        yield f"odd-{key}", json.dumps(changed(card, key, to=[1])).encode()
    odd = {
        "counts": ([], {}, {"a": -1}, {"a": 0}, {"a": "many"}, {"a": 1.5}),
        "test_count": (-1, 12, 10**400, "four", None),
        "notes": ("text", [5]),
        "ground": ("green",),
        "broken": ({},),
    }
    for key, values in odd.items():
        for number, value in enumerate(values):
            content = changed(card, "report", key, to=value)
            yield f"report-{key}-{number}".replace("_", "-"), json.dumps(content).encode()
    yield "huge-shape", json.dumps(changed(card, "shape", to=[10**9, 1, 1])).encode()
    yield "flat-shape", json.dumps(changed(card, "shape", to=[8, 8])).encode()


@pytest.fixture
def own(folder) -> Path:
    """The folder of own datasets with a sound one of twelve pictures."""
    x = np.repeat(np.uint8([20, 200]), 6)[:, None, None, None] * np.ones((1, 8, 8, 1), np.uint8)
    part = np.int8([0, 0, 0, 1, 2, 2] * 2)
    store("sound", x, np.repeat([0, 1], 6), part, "picture", REPORT)
    return folder / "own"


@pytest.fixture
def damaged(own) -> list[str]:
    """Beside it one dataset for each damage; their names."""
    card = json.loads((own / "sound" / "dataset.json").read_text())
    for name, content in damages(card):
        shutil.copytree(own / "sound", own / name)
        (own / name / "dataset.json").write_bytes(content)
    return sorted(f"own-{name}" for name, _ in damages(card))


def test_the_card_is_written_with_its_version_and_read_back(own):
    written = json.loads((own / "sound" / "dataset.json").read_text())
    assert written["version"] == VERSION
    card = DATASETS[SOUND]
    assert (card.labels, card.train_count, card.test_count) == (("dark", "light"), 8, 4)
    assert card.description.endswith("Left out: 1 that could not be read.")
    assert len(datasets.load(SOUND).y_test) == 4


def test_a_card_of_earlier_days_opens(own):
    """No version, and no word on what later imports counted."""
    path = own / "sound" / "dataset.json"
    card = json.loads(path.read_text())
    kept = ("name", "counts", "test_count", "broken", "duplicates", "contradictions")
    report = {key: card["report"][key] for key in kept}
    path.write_text(json.dumps({**card, "report": report} | {"version": 0}))
    new = DATASETS[SOUND].description
    path.write_text(json.dumps({k: card[k] for k in ("shape", "preparation", "imported")} | {
        "report": report
    }))  # fmt: skip
    assert DATASETS[SOUND].description == new
    assert len(datasets.load(SOUND).y_train) > 0
    assert datasets.damaged_own() == []


def test_each_damage_is_listed_with_its_reason_and_the_sound_one_goes_on(damaged):
    found = datasets.damaged_own()
    assert sorted(one.name for one in found) == damaged
    for one in found:
        assert one.name.removeprefix("own-") in one.reason
        assert "dataset.json is damaged" in one.reason
    assert [card.name for card in DATASETS if card.name.startswith("own-")] == [SOUND]
    assert SOUND in DATASETS
    assert datasets.load(SOUND).x_train.shape[1:] == (8, 8, 1)


def test_who_asks_for_a_damaged_one_gets_one_sentence(damaged):
    for name in damaged:
        assert name not in DATASETS
        for look in (DATASETS.__getitem__, datasets.load, datasets.available, datasets.overview):
            with pytest.raises(LabError, match="is damaged"):
                look(name)


def test_each_can_be_deleted(own, damaged):
    for name in damaged:
        datasets.delete_own(name)
    assert [path.name for path in own.iterdir()] == ["sound"]


def test_the_page_lists_it_and_deletes_it(own):
    shutil.copytree(own / "sound", own / "bad")
    (own / "bad" / "dataset.json").write_text('{"shape": 5}')
    page = AppTest.from_file(paths.ROOT / "pages" / "datasets.py", default_timeout=60).run()
    assert not page.exception
    assert any("bad/dataset.json is damaged" in box.value for box in page.error)
    page.button(key="delete-own-bad").click().run()
    assert not page.exception
    assert not page.error
    assert not (own / "bad").exists()


ARRAYS: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "fewer": lambda path: np.save(path, np.load(path)[:-1]),
    "floats": lambda path: np.save(path, np.load(path) + 0.5),
}


@pytest.mark.parametrize("damage", ARRAYS)
@pytest.mark.parametrize("file", ["pictures.npy", "labels.npy"])
def test_pictures_that_do_not_belong_to_their_card(own, file, damage):
    ARRAYS[damage](own / "sound" / file)
    with pytest.raises(LabError, match="import them again"):
        datasets.load(SOUND)


def test_a_damaged_overview_is_counted_anew(folder):
    _overview.count_overview("digits")
    whole = datasets.find_overview("digits")
    (file,) = (folder / "overviews").glob("digits-*/facts.json")
    for content in ("{", "[]", '{"name": "digits"}'):
        file.write_text(content)
        assert datasets.find_overview("digits") is None
        assert sum(datasets.counts_here("digits")) == 1797
    _overview.count_overview("digits")
    assert datasets.find_overview("digits").counts == whole.counts
