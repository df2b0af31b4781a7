"""Class boxes: kept on disk, bounded, a browser's own, and imported like any zip."""

import errno
import io
import os
import re
import shutil
import time

import numpy as np
import pytest
from PIL import Image

from cnnlab import datasets, lab, schema
from cnnlab.datasets._collection import pictures as pictures_module
from cnnlab.datasets._collection import places
from cnnlab.errors import LabError

KEY, OTHER = "k" * 32, "o" * 32


def picture(seed: int = 0, side: int = 24, kind: str = "PNG") -> bytes:
    """A color picture of noise."""
    pixels = np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind)
    return stream.getvalue()


def cross(seed: int) -> np.ndarray:
    """A drawn cross, white on black; no two alike."""
    drawn = bar(seed)
    drawn[60 : 68 + seed, 20:120] = 255
    return drawn


def bar(seed: int) -> np.ndarray:
    """A drawn bar, white on black; no two alike."""
    drawn = np.zeros((140, 140), np.uint8)
    drawn[15 + 3 * seed : 125, 60 : 66 + 2 * seed] = 255
    return drawn


@pytest.fixture
def folder():
    """A collection of this browser's with two empty classes."""
    return lab.start_collection([KEY], "Ann")


def keys(folder) -> list[str]:
    return [box.key for box in datasets.read_record(folder).boxes]


def labels(folder) -> list[str]:
    return [box.label for box in datasets.read_record(folder).boxes]


def fill(folder, counts: tuple[int, ...]) -> None:
    """So many pictures of noise in each box."""
    for number, (key, count) in enumerate(zip(keys(folder), counts, strict=True)):
        sent = [(f"{n}.png", picture(100 * number + n)) for n in range(count)]
        assert datasets.add_pictures(folder, key, sent, "file") == []


def test_boxes_are_added_renamed_and_removed(folder):
    assert labels(folder) == ["Class 1", "Class 2"]
    first, second = keys(folder)
    datasets.rename_box(folder, first, "  cat\u202e\n of  ours ")
    third = datasets.add_box(folder)
    datasets.add_pictures(folder, third, [("a.png", picture())], "file")
    assert labels(folder) == ["cat of ours", "Class 2", "Class 1"]
    datasets.remove_box(folder, third)
    assert labels(folder) == ["cat of ours", "Class 2"]
    assert not (folder / third).exists()
    assert datasets.add_box(folder, "dog") not in (first, second, third)
    with pytest.raises(LabError, match="removed"):
        datasets.remove_box(folder, third)


@pytest.mark.parametrize("name", ["class 1", "CLASS  1", "\uff23lass 1", "", "  \u200b "])
def test_a_name_twice_or_none_is_one_sentence(folder, name):
    with pytest.raises(LabError, match=r"already|needs a name"):
        datasets.rename_box(folder, keys(folder)[1], name)
    assert labels(folder) == ["Class 1", "Class 2"]


def test_there_is_an_end_to_boxes(folder):
    for _ in range(datasets.MOST_BOXES - 2):
        datasets.add_box(folder)
    with pytest.raises(LabError, match="zip of class folders"):
        datasets.add_box(folder)


def test_pictures_come_newest_first_each_with_a_thumbnail_and_go_again(folder):
    key = keys(folder)[0]
    large = picture(1, 900, "JPEG")
    assert datasets.add_pictures(folder, key, [("a.png", picture())], "file") == []
    assert datasets.add_pictures(folder, key, [("b.jpg", large)], "camera") == []
    names = datasets.pictures_of(folder, key)
    assert [name.split("-")[1] for name in names] == ["camera.picture", "file.picture"]
    shrunk = folder / key / names[0]
    assert max(Image.open(shrunk).size) == pictures_module.KEPT_SIDE
    assert (folder / key / names[1]).read_bytes() == picture()
    assert datasets.thumbnail(folder, key, names[0]).startswith("data:image/jpeg;base64,")
    datasets.remove_picture(folder, key, names[0])
    datasets.remove_picture(folder, key, "../../owner.json")
    assert datasets.pictures_of(folder, key) == names[1:]
    assert (folder / lab.OWNER_FILE).exists()


def test_broken_files_are_named_and_the_others_stay(folder):
    key = keys(folder)[0]
    sent = [("good.png", picture()), ("cut.png", picture()[:60]), ("notes.txt", b"hello")]
    refused = datasets.add_pictures(folder, key, sent, "file")
    assert [one.name for one in refused] == ["cut.png", "notes.txt"]
    assert "not a picture" in refused[1].reason
    assert len(datasets.pictures_of(folder, key)) == 1


def test_too_many_at_once_and_too_many_bytes_are_one_sentence_and_nothing_is_taken(
    folder, monkeypatch
):
    key = keys(folder)[0]
    with pytest.raises(LabError, match="5,000 pictures are too many"):
        datasets.add_pictures(folder, key, [("a.png", picture())] * 5000, "file")
    monkeypatch.setattr(pictures_module, "MOST_BYTES", 1000)
    with pytest.raises(LabError, match="this one is full"):
        datasets.add_pictures(folder, key, [("a.png", picture())], "file")
    assert datasets.pictures_of(folder, key) == []


def test_a_full_disk_is_one_sentence(folder, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(LabError, match=r"No space left.*free some space"):
        datasets.add_pictures(folder, keys(folder)[0], [("a.png", picture())], "file")
    assert not any((folder / keys(folder)[0]).rglob("*-file*"))  # no half of it stays
    monkeypatch.setattr("pathlib.Path.write_text", full)
    with pytest.raises(LabError, match="No space left"):
        datasets.add_box(folder)
    with pytest.raises(LabError, match="No space left"):
        datasets.new_collection()


@pytest.mark.parametrize(
    ("lose", "words"),
    [
        (lambda folder: datasets.remove_box(folder, keys(folder)[0]), "class was removed"),
        (datasets.delete_collection, "collection is gone"),
        (shutil.rmtree, "collection is gone"),
    ],
)
def test_what_went_while_pictures_came_does_not_come_back(folder, monkeypatch, lose, words):
    read, key = pictures_module.images.open_picture, keys(folder)[0]

    def lost_meanwhile(data):
        lose(folder)
        return read(data)

    monkeypatch.setattr(pictures_module.images, "open_picture", lost_meanwhile)
    with pytest.raises(LabError, match=words):
        datasets.add_pictures(folder, key, [("a.png", picture())], "file")
    assert not (folder / key).exists()


def test_a_collection_is_its_browsers_and_no_other_sees_it(folder):
    assert lab.own_collections([OTHER, KEY]) == [folder]
    assert lab.own_collections([OTHER]) == []
    datasets.new_collection()  # that nobody signed
    assert lab.own_collections([KEY]) == [folder]
    datasets.delete_collection(folder)
    assert lab.own_collections([KEY]) == []
    with pytest.raises(LabError, match="gone"):
        datasets.read_record(folder)


def test_there_is_an_end_to_collections_of_one_browser_and_of_all(folder, monkeypatch):
    for _ in range(7):
        lab.start_collection([KEY], "Ann")
    with pytest.raises(LabError, match="8 collections"):
        lab.start_collection([KEY], "Ann")
    monkeypatch.setattr(places, "MOST_COLLECTIONS", 8)
    with pytest.raises(LabError, match="on this server"):
        lab.start_collection([OTHER], "Bob")


def test_what_nobody_touched_for_a_month_goes(folder):
    past = time.time() - (places.KEPT_DAYS + 1) * 24 * 3600
    for path in folder.rglob("*"):
        os.utime(path, (past, past))
    young = lab.start_collection([KEY], "Ann")
    assert lab.own_collections([KEY]) == [young]


@pytest.mark.parametrize("name", ["../own", "20260101-zzzzzzzz", "", "20260101-00000000"])
def test_only_collections_are_found(name):
    with pytest.raises(LabError, match="gone"):
        datasets.find_collection(name)


@pytest.mark.parametrize("content", ["", "{}", '{"boxes": [{"key": "1"}], "made": 1}'])
def test_a_damaged_record_is_one_sentence_and_can_be_deleted(folder, content):
    (folder / places.RECORD).write_text(content)
    with pytest.raises(LabError, match="damaged"):
        datasets.count_boxes(folder)
    datasets.delete_collection(folder)
    assert not folder.exists()


def test_a_box_that_went_by_hand_is_empty(folder):
    shutil.rmtree(folder / keys(folder)[0])
    assert datasets.count_boxes(folder).total == 0


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [((0, 0), "needs 5 pictures.*'Class 1' has 0"), ((6, 1), "'Class 2' has 1"), ((5, 5), "^$")],
)
def test_what_is_missing_is_said(folder, counts, sentence):
    fill(folder, counts)
    found = datasets.count_boxes(folder)
    assert re.search(sentence, found.missing)
    assert found.preparation == ("picture", 64, 3)


def test_one_class_alone_is_no_dataset(folder):
    datasets.remove_box(folder, keys(folder)[1])
    with pytest.raises(LabError, match="two classes"):
        datasets.import_collection(folder.name, "picture", 28, 3)


def test_boxes_become_a_dataset_on_the_way_of_every_import(folder):
    first, second = keys(folder)
    datasets.rename_box(folder, first, "train")  # a word that folders of a zip would stumble on
    datasets.rename_box(folder, second, "<b>mask</b> & co")
    fill(folder, (9, 6))
    datasets.add_pictures(folder, first, [("again.png", picture(0))], "paste")
    report = datasets.import_collection(folder.name, "picture", 28, 3)
    assert report.name == "own-b-mask-b-co-train"
    assert dict(report.counts) == {"b mask /b & co": 6, "train": 9}
    assert (report.duplicates, report.broken, report.test_count) == (1, 0, 5)
    assert datasets.DATASETS[report.name].labels == ("b mask /b & co", "train")
    made = datasets.made_already(folder, "picture", 28, 3)
    assert made == report.name
    assert not datasets.made_already(folder, "picture", 32, 3)
    again = datasets.import_collection(folder.name, "picture", 32, 3)
    assert again.name == "own-b-mask-b-co-train-2"
    datasets.delete_own(again.name)
    assert not datasets.made_already(folder, "picture", 32, 3)


def test_drawings_stay_as_they_were_drawn_and_start_a_small_network(folder):
    for seed in range(5):
        for key, draw in zip(keys(folder), (cross, bar), strict=True):
            datasets.add_drawing(folder, key, draw(seed))
    for seed in range(5, 10):
        datasets.add_drawing(folder, keys(folder)[1], bar(seed))
    found = datasets.count_boxes(folder)
    assert (found.preparation, found.uneven, found.mixed) == (("digit", 28, 1), True, "")
    report = datasets.import_collection(folder.name, *found.preparation)
    assert report.ground == "dark"
    data = datasets.load(report.name, (28, 28, 1))
    assert data.x_train.max() > 200 > data.x_train.mean() > 0
    architecture, settings = lab.small_training(found.preparation[0], found.total, found.uneven)
    assert architecture in lab.NETWORKS.values()
    assert settings["class_weights"] == "balanced"
    assert settings["augmentation"] == "light_digits"


def test_a_pad_beside_photos_is_warned_of(folder):
    datasets.add_drawing(folder, keys(folder)[0], cross(0))
    datasets.add_pictures(folder, keys(folder)[1], [("a.png", picture())], "file")
    assert "drawn and another is not" in datasets.count_boxes(folder).mixed


def test_the_record_keeps_what_was_made(folder):
    record = schema.read(folder / places.RECORD, schema.Collection)
    assert (record.made, record.dataset) == (2, "")
