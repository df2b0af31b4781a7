"""The reader's own pictures: imported, counted, refused in one sentence."""

import io
import itertools
import json
import os
import zipfile

import numpy as np
import pytest
from PIL import Image

from cnnlab import datasets, evaluation
from cnnlab.datasets import DATASETS
from cnnlab.datasets._own import decoding, sources
from cnnlab.errors import LabError


def class_files(make, per_class=10, classes=("cat", "dog"), wrapper=""):
    """`wrapper/class/number.jpg`, every class around its own gray level."""
    return {
        f"{wrapper}{name}/{number}.jpg": make.jpeg(
            make.photo(100 * index + number, tone=60 + 140 * index // max(1, len(classes) - 1))
        )
        for index, name in enumerate(classes)
        for number in range(per_class)
    }


@pytest.fixture
def packed(make, tmp_path):
    """Writes a zip of the given files and returns its path."""

    def write(files):
        path = tmp_path / "own.zip"
        make.zip(path, files)
        return path

    return write


def png(pixels, **options):
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", **options)
    return stream.getvalue()


def test_a_zip_becomes_a_dataset_and_can_be_deleted(folder, make, packed):
    report = datasets.import_pictures(packed(class_files(make, 20)), "My Pets!", side=32)
    assert report.name == "own-my-pets"
    assert report.counts == {"cat": 20, "dog": 20}
    card = DATASETS["own-my-pets"]
    assert card.input_shape == (32, 32, 3)
    assert (card.train_count, card.test_count) == (32, 8)
    assert "own-my-pets" in DATASETS
    assert "own-my-pets" in DATASETS.names()
    data = datasets.load("own-my-pets")
    assert len(data.y_train) + len(data.y_val) + len(data.y_test) == 40
    bright = data.x_train.mean(axis=(1, 2, 3)) > 128
    assert bright.tolist() == (data.y_train == 1).tolist()
    assert datasets.available("own-my-pets").ready
    with pytest.raises(LabError, match="already"):
        datasets.import_pictures(packed(class_files(make)), "my pets")
    datasets.delete_own("own-my-pets")
    assert "own-my-pets" not in DATASETS
    with pytest.raises(LabError, match="import the pictures again"):
        datasets.load("own-my-pets")


def test_a_folder_does_as_well_and_links_are_not_followed(folder, make, tmp_path):
    for name, data in class_files(make).items():
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (tmp_path / "pictures" / "cat" / "link.jpg").symlink_to("/etc/hostname")
    (tmp_path / "pictures" / "more").symlink_to(tmp_path)
    assert datasets.survey(tmp_path / "pictures").counts == {"cat": 10, "dog": 10}
    assert datasets.import_pictures(tmp_path / "pictures", "pets").broken == 0


def test_wrapping_folders_and_leftovers_of_systems_do_not_count(make, packed):
    files = class_files(make, wrapper="my data/pets/")
    files |= {"__MACOSX/my data/._1.jpg": b"x", "my data/pets/cat/.DS_Store": b"x"}
    files |= {"my data/pets/cat/notes.txt": b"x", "my data/readme.md": b"x"}
    found = datasets.survey(packed(files))
    assert found.counts == {"cat": 10, "dog": 10}
    assert found.others == 2


def test_zips_packed_on_windows_are_understood(make, packed):
    files = {name.replace("/", "\\"): data for name, data in class_files(make).items()}
    assert datasets.survey(packed(files)).counts == {"cat": 10, "dog": 10}


def test_train_and_test_folders_are_kept_apart(folder, make, packed):
    files = class_files(make, wrapper="train/") | {
        name.replace("train", "test"): data
        for name, data in class_files(make, 13, wrapper="train/").items()
        if int(name.split("/")[-1].split(".")[0]) >= 10
    }
    assert datasets.survey(packed(files)).has_test
    report = datasets.import_pictures(packed(files), "split")
    assert report.test_count == 6
    assert len(datasets.load("own-split").y_test) == 6


def test_broken_double_and_contradicting_pictures_are_left_out_and_counted(folder, make, packed):
    files = class_files(make, 12)
    files["cat/broken.jpg"] = b"no picture"
    files["cat/cut.jpg"] = files["cat/0.jpg"][:200]
    files["cat/again.jpg"] = files["cat/1.jpg"]
    files["dog/is a cat.jpg"] = files["cat/2.jpg"]
    report = datasets.import_pictures(packed(files), "messy")
    assert (report.broken, report.duplicates, report.contradictions) == (2, 1, 2)
    assert report.counts == {"cat": 11, "dog": 12}
    words = DATASETS["own-messy"].description
    assert "2 that could not be read" in words
    assert "2 that stood in two classes" in words


def test_turned_deep_and_transparent_pictures_are_read_rightly(folder, make, packed):
    files = class_files(make)
    half = np.zeros((40, 60, 3), np.uint8)
    half[:, :30] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side: shown a quarter turn clockwise
    files["cat/turned.jpg"] = make.jpeg(half, exif=exif)
    files["cat/deep.png"] = png(np.full((32, 32), 40_000, np.uint16))
    files["cat/clear.png"] = png(
        np.dstack([np.zeros((32, 32, 3), np.uint8)] * 1 + [half[:32, :32, :1] * 0])
    )
    datasets.import_pictures(packed(files), "odd", side=32)
    card = DATASETS["own-odd"]
    parts = card.function(folder)
    x = np.concatenate(
        [
            part.take(np.arange(len(part)), (32, 32, 3))[0]
            for part in (parts.train, parts.validation, parts.test)
        ]
    ).astype(int)
    upright = [p for p in x if p[:8].mean() > 240 and p[-8:].mean() < 15]
    gray = [p for p in x if abs(p - 156).max() <= 1]
    clear = [p for p in x if p.min() == 255]
    assert (len(upright), len(gray), len(clear)) == (1, 1, 1)


def test_handwriting_is_prepared_as_digits(folder, packed):
    files = {}
    for label in "01":
        for number in range(8):
            page = np.full((80, 80), 255, np.uint8)
            if label == "1":
                page[20:70, 40 : 45 + 2 * number] = 0
            else:
                page[20:60, 20 : 50 + number] = 0
                page[28:52, 28 : 42 + number] = 255
            files[f"{label}/{number}.png"] = png(page)
    report = datasets.import_pictures(packed(files), "ink", 28, 1, "digit")
    assert sum(report.counts.values()) + report.duplicates == 16
    x = datasets.load("own-ink").x_train
    assert x[:, 0].max() == 0  # white on black now, with MNIST's border
    assert x.max() == 255
    assert report.test_changed == 0  # turned and centered alone


def test_it_is_counted_how_many_test_pictures_the_preparation_changed(folder, packed):
    """Three of eight lie in the shade of a hand: their light is divided out."""
    shade = np.linspace(0.35, 1, 80) ** 2
    files = {}
    for label, part, n in itertools.product("01", ("train", "test"), range(8)):
        page = np.full((80, 80), 250, np.uint8)
        page[20:60, 30 : 44 if label == "1" else 60] = 20
        page[22 + 4 * n : 25 + 4 * n, 30 + 10 * (part == "test") :][:, :4] = 250  # all differ
        if part == "test" and n >= 5:
            page = (page * shade).astype(np.uint8)
        files[f"{part}/{label}/{n}.png"] = png(page)
    report = datasets.import_pictures(packed(files), "shaded", 28, 1, "digit")
    assert report.test_count == 16
    assert report.test_changed == 6
    words = datasets.prepared("own-shaded")
    assert "changed 6 of the 16 test pictures" in words
    data, answers = datasets.load("own-shaded"), np.full((16, 2), 0.5)
    assert (
        evaluation.judge("r", data, "test", answers, data.y_test).to_json()["preparation"] == words
    )
    assert evaluation.judge("r", data, "val", answers, data.y_test).preparation == ""
    assert datasets.prepared("mnist") == datasets.prepared("own-gone") == ""


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"../cat/1.jpg": b"x", "dog/1.jpg": b"x"}, "outside of itself"),
        ({"/etc/cat/1.jpg": b"x"}, "outside of itself"),
        ({"..\\cat\\1.jpg": b"x"}, "outside of itself"),
        ({"1.jpg": b"x"}, "no picture in a subfolder"),
        ({"cat/readme.txt": b"x"}, "no picture in a subfolder"),
        ({f"cat/{n}.jpg": b"x" for n in range(9)}, "only one class"),
        ({f"cat/{n}.jpg": b"x" for n in range(9)} | {"dog/1.jpg": b"x"}, "'dog' has 1 picture;"),
        ({f"{n}/{m}.jpg": b"x" for n in range(201) for m in range(5)}, "201 classes"),
    ],
)
def test_unsuitable_zips_are_refused_in_one_sentence(packed, files, words):
    with pytest.raises(LabError, match=words):
        datasets.survey(packed(files))


def test_nothing_but_broken_pictures_is_refused(folder, packed):
    files = {f"{name}/{n}.jpg": b"no picture" for name in ("cat", "dog") for n in range(9)}
    with pytest.raises(LabError, match=r"18 pictures .* not readable. No picture is left"):
        datasets.import_pictures(packed(files), "broken")
    assert not (folder / "own").exists()


def test_bombs_are_refused_before_they_are_unpacked(packed, monkeypatch):
    bomb = {f"{name}/{n}.jpg": bytes(3_000_000) for name in ("cat", "dog") for n in range(5)}
    path = packed(bomb)
    with pytest.raises(LabError, match="far more than it holds"):
        datasets.survey(path)
    monkeypatch.setattr(sources, "MAX_UNPACKED_BYTES", 10_000_000)
    with pytest.raises(LabError, match="the limit is"):
        datasets.survey(path)


def test_a_hundred_thousand_files_are_refused(packed, monkeypatch):
    monkeypatch.setattr(sources, "MAX_FILES", 20)
    with pytest.raises(LabError, match=r"30 files are too many; up to 20"):
        datasets.survey(packed({f"{n % 2}/{n}.jpg": b"x" for n in range(30)}))


def test_links_and_passwords_in_a_zip(make, packed, tmp_path):
    path = packed(class_files(make))
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("cat/link.jpg")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert datasets.survey(path).counts["cat"] == 10
    locked = bytearray(path.read_bytes())
    first = locked.index(b"PK\x01\x02")
    locked[first + 8] |= 1
    path.write_bytes(locked)
    with pytest.raises(LabError, match="password"):
        datasets.survey(path)


def test_what_is_no_zip_is_refused(tmp_path):
    for name, data in (
        ("a.zip", b"PK\x03\x04 cut short"),
        ("b.zip", b""),
        ("c.zip", os.urandom(99)),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(LabError, match="not a zip file"):
            datasets.survey(tmp_path / name)
    with pytest.raises(LabError, match="cannot be read"):
        datasets.survey(tmp_path / "absent.zip")


def test_names_sizes_and_kinds_are_checked(folder, make, packed, monkeypatch):
    path = packed(class_files(make))
    for name in ("", "../..", "!!!"):
        with pytest.raises(LabError, match="letters or digits"):
            datasets.import_pictures(path, name)
    with pytest.raises(LabError, match="28, 32, 64"):
        datasets.import_pictures(path, "a", side=30)
    monkeypatch.setattr(decoding, "MAX_ARRAY_BYTES", 10_000)
    with pytest.raises(LabError, match="choose a smaller size"):
        datasets.import_pictures(path, "a")
    for name in ("own-../x", "own-", "own-A", "own-x/../y"):
        with pytest.raises(LabError):
            datasets.load(name)


def test_the_disk_refusing_is_one_sentence_and_leaves_nothing(folder, make, packed, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(LabError, match="No space left"):
        datasets.import_pictures(packed(class_files(make)), "pets")
    assert list((folder / "own").iterdir()) == []


def test_a_preview_shows_what_an_import_would_make(folder, make, packed):
    path = packed(class_files(make))
    labels, pictures = datasets.preview_import(str(path), 32, 1, "picture")
    assert labels == ["cat", "dog"]
    assert pictures.shape == (2, 8, 32, 32, 1)
    assert pictures[0].mean() < 128 < pictures[1].mean()
    assert not (folder / "own").exists()


def test_importing_in_a_process_of_its_own(folder, make, packed):
    path, seen = packed(class_files(make, 20)), []
    assert datasets.run_task("survey", str(path))["counts"] == {"cat": 20, "dog": 20}
    report = datasets.run_task(
        "import", str(path), "pets", side=28, channels=1, progress=lambda *now: seen.append(now)
    )
    assert report["counts"] == {"cat": 20, "dog": 20}
    assert seen[-1] == (40, 40)
    with pytest.raises(LabError, match="not a zip"):
        datasets.run_task("survey", __file__)
    json.dumps(report)


@pytest.mark.parametrize("ink", ["dark", "light"])
def test_drawings_keep_their_accuracy_whichever_way_round_they_are(folder, packed, ink):
    """scikit-learn's digits, which fill their frame, enlarged: as readable as the originals."""
    whole = datasets.load("digits", (28, 28, 1))
    scans = DATASETS["digits"].function(folder)
    files = {}
    for part, y, count in ((scans.train, scans.y_train, 400), (scans.test, scans.y_test, 100)):
        x, _ = part.take(np.arange(count), (8, 8, 1))
        for n, (scan, label) in enumerate(zip(x, y[:count], strict=True)):
            gray = scan[..., 0] if ink == "light" else 255 - scan[..., 0]
            large = Image.fromarray(gray).resize((80, 80), Image.Resampling.BICUBIC)
            name = "test" if part is scans.test else "train"
            files[f"{name}/{label}/{n}.png"] = png(np.asarray(large))
    report = datasets.import_pictures(packed(files), "scans", 28, 1, "digit")
    assert report.blank == report.broken == 0
    assert report.ground == "dark"
    assert any(f"The ink is {ink}" in note for note in report.notes)
    assert not any("Printed lines" in note for note in report.notes)
    made = datasets.load("own-scans")
    assert made.x_train.mean() < 90  # white on black
    assert _nearest(made) >= _nearest(datasets.load("digits", limit=400)) - 0.03
    assert whole.labels == made.labels


def _nearest(data) -> float:
    """The accuracy of naming a test picture after the nearest training picture."""
    train, test = (x.reshape(len(x), -1).astype(float) for x in (data.x_train, data.x_test))
    distances = (train**2).sum(axis=1) - 2 * test @ train.T
    return float((data.y_train[distances.argmin(axis=1)] == data.y_test).mean())


def test_photographs_of_drawings_carry_their_ground(folder, packed):
    files = {}
    for label in "ab":
        for n in range(8):
            page = np.full((60, 60), 250, np.uint8)
            page[10 + n : 50, 10 : 20 + (n if label == "a" else 20)] = 10
            files[f"{label}/{n}.png"] = png(page)
    assert datasets.import_pictures(packed(files), "ink").ground == "light"
    assert DATASETS["own-ink"].ground == "light"


def test_photographs_of_things_have_no_ground(folder, make, packed):
    assert datasets.import_pictures(packed(class_files(make)), "pets").ground == ""


def test_an_unbalanced_import_is_said(folder, make, packed):
    files = {f"many/{n}.jpg": make.jpeg(make.photo(n, tone=60)) for n in range(40)}
    files |= {f"few/{n}.jpg": make.jpeg(make.photo(500 + n, tone=190)) for n in range(6)}
    report = datasets.import_pictures(packed(files), "uneven")
    assert any("40 pictures of 'many', 6 of 'few'" in note for note in report.notes)
    assert any("'few' (2)" in note for note in report.notes)
    assert DATASETS["own-uneven"].notes == report.notes
    tested = datasets.load("own-uneven").y_test
    assert np.bincount(tested).min() == 2


def test_an_own_dataset_asked_for_by_its_bare_name_is_guessed(make, packed):
    datasets.import_pictures(packed(class_files(make)), "pets", side=32)
    with pytest.raises(LabError, match="did you mean 'own-pets'"):
        DATASETS["pets"]
    with pytest.raises(LabError, match="There is no dataset 'nothing'; known"):
        DATASETS["nothing"]
