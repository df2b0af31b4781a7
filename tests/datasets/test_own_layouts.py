"""Own pictures in every layout people download: folders of parts, tables, names, zips in zips."""

import io
import json
import unicodedata
import zipfile
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from cnnlab import datasets, paths
from cnnlab.__main__ import main
from cnnlab.datasets._own.layout import lay_out
from cnnlab.datasets._own.sources import open_source
from cnnlab.errors import LabError

ZIPS = paths.ROOT / "tests" / "cases" / "zips"
COLORS = ("blue", "green", "red")


def files(*folders, count=6, suffix=".png", first=0):
    """`folder/0.png` and so on; what a layout says is decided before a picture is decoded."""
    return {
        f"{folder}/{n}{suffix}": b"x" for folder in folders for n in range(first, first + count)
    }


def zipped(content):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def laid_out(tmp_path):
    """What becomes of the given files: `{(label, part): count}`, set aside, others, notes."""

    def read(content):
        path = tmp_path / "own.zip"
        path.write_bytes(zipped(content))
        found = lay_out(open_source(path))
        pairs = Counter((entry.label, entry.part) for entry in found.entries)
        total = sum(pairs.values()) + found.set_aside + found.others
        return dict(pairs), found.set_aside, found.others, " ".join(found.notes), total

    return read


def expect(part="", classes=COLORS, count=6):
    return {(label, part): count for label in classes}


def under(prefix, classes=COLORS):
    return [f"{prefix}/{label}" for label in classes]


FOLDERS = {
    "one folder a class": (files(*COLORS), expect(), 0),
    "a wrapper": (files(*under("my pets")), expect(), 0),
    "several wrappers": (files(*under("a/b/c")), expect(), 0),
    "a picture beside the wrapper": (files(*under("pets")) | {"logo.png": b"x"}, expect(), 1),
    "deeper folders of a class": (
        files("red/summer", "red/winter", "blue"),
        {("red", ""): 12, ("blue", ""): 6},
        0,
    ),
    "roles of every kind": (
        files(*under("training_set")) | files(*under("test_set")) | files(*under("dev")),
        expect("train") | expect("test") | expect("validation"),
        0,
    ),
    "any case": (
        files(*under("TRAIN")) | files(*under("Testing")) | files(*under("Validation")),
        expect("train") | expect("test") | expect("validation"),
        0,
    ),
    "words that belong to all parts": (
        files(*under("seg_train/seg_train"))
        | files(*under("seg_test/seg_test"))
        | files("seg_pred/seg_pred"),
        expect("train") | expect("test"),
        6,
    ),
    "roboflow": (
        files(*under("train")) | files(*under("valid")) | files(*under("test")),
        expect("train") | expect("validation") | expect("test"),
        0,
    ),
    "one training folder without the word": (
        files(*under("rps/rps"))
        | files(*under("rps-test-set/rps-test-set"))
        | files("rps-validation"),
        expect() | expect("test"),
        6,
    ),
    "unlabeled test pictures": (files(*under("train")) | files("test"), expect("train"), 6),
    "a test folder with one folder of all": (
        files(*under("train")) | files("test/unknown"),
        expect("train"),
        6,
    ),
    "a test folder beside the classes": (files(*COLORS) | files("test"), expect(), 6),
    "training folder beside class folders": (
        files(*under("train", ("red", "green"))) | files("blue"),
        expect("train", ("green", "red")) | {("blue", ""): 6},
        0,
    ),
    "classes divided into parts": (
        files("red/train", "blue/train") | files("red/test", "blue/test"),
        expect("train", ("blue", "red")) | expect("test", ("blue", "red")),
        0,
    ),
    "the same once more one level deeper": (
        files(*under("x/train")) | files(*under("x/test")) | files(*under("x/x/train"), first=9),
        expect("train", count=12) | expect("test"),
        0,
    ),
    "a copy beside the classes": (
        files(*under("v")) | files(*under("v/v"), first=9),
        expect(count=12),
        0,
    ),
    "templates beside train and test": (
        files(*under("train")) | files(*under("test")) | files("Meta"),
        expect("train") | expect("test"),
        6,
    ),
    "numbered parts": (
        files(*under("batch_1")) | files(*under("batch_2"), first=9),
        expect(count=12),
        0,
    ),
    "google drive's parts": (
        files(*under("drive-download-20260101T000000Z-001/pets"))
        | files(*under("drive-download-20260101T000000Z-002/pets"), first=9),
        expect(count=12),
        0,
    ),
    "masks beside images, below each class": (
        files("COVID/images", "Normal/images") | files("COVID/masks", "Normal/masks"),
        expect(classes=("COVID", "Normal")),
        12,
    ),
    "masks beside images, above the classes": (
        files(*under("images")) | files(*under("masks")),
        expect(),
        18,
    ),
    "masks by name": (
        files(*COLORS) | {f"red/{n}_mask.png": b"x" for n in range(6)},
        expect(),
        6,
    ),
    "masks with classes in names": (
        {f"images/{label}_{n}.jpg": b"x" for label in COLORS for n in range(6)}
        | {f"annotations/trimaps/{label}_{n}.png": b"x" for label in COLORS for n in range(6)},
        expect(),
        18,
    ),
    "a vehicle called train": (
        files("train", "bus", "car"),
        expect(classes=("bus", "car", "train")),
        0,
    ),
    "valid and invalid": (files("valid", "invalid"), expect(classes=("invalid", "valid")), 0),
    "control and test": (files("control", "test"), expect(classes=("control", "test")), 0),
    "faces with and without a mask": (
        files("with_mask", "without_mask"),
        expect(classes=("with_mask", "without_mask")),
        0,
    ),
    "classes of two words, one of them a role": (
        files("train station", "test tube", "oak"),
        expect(classes=("oak", "test tube", "train station")),
        0,
    ),
    "cases and zeros differ between the parts": (
        files("train/Red", "train/7") | files("test/red", "test/007"),
        {("Red", "train"): 6, ("7", "train"): 6, ("Red", "test"): 6, ("7", "test"): 6},
        0,
    ),
    "a class the training part lacks": (
        files(*under("train")) | files(*under("test", ("red", "black"))),
        expect("train") | {("red", "test"): 6},
        6,
    ),
    "only a test folder": (files(*under("test")), expect(), 0),
    "teachable machine": (
        {f"{label}-!-{n}.jpg": b"x" for label in ("Class 1", "Class 2") for n in range(6)},
        expect(classes=("Class 1", "Class 2")),
        0,
    ),
    "names with a dot": (
        {f"train/{label}.{n}.jpg": b"x" for label in ("cat", "dog") for n in range(6)}
        | files("test1"),
        expect("train", ("cat", "dog")),
        6,
    ),
    "names with an underscore": (
        {
            f"{label}_{n}.png": b"x"
            for label in ("american_bulldog", "Abyssinian")
            for n in range(6)
        },
        expect(classes=("Abyssinian", "american_bulldog")),
        0,
    ),
    "names in brackets": (
        {f"x/{label} ({n}).png": b"x" for label in ("cat", "dog") for n in range(6)},
        expect(classes=("cat", "dog")),
        0,
    ),
    "digits in names": (
        {f"{label}_{n:04}.png": b"x" for label in (2, 10) for n in range(6)},
        expect(classes=("2", "10")),
        0,
    ),
    "names that go on after the number": (
        {f"{label}.{n}.flip{n}b.png": b"x" for label in ("cat", "dog") for n in range(6)},
        expect(classes=("cat", "dog")),
        0,
    ),
    "the number first": (
        {f"{n:04}-{label}.png": b"x" for label in ("cat", "dog") for n in range(6)},
        expect(classes=("cat", "dog")),
        0,
    ),
    "roboflow's names": (
        {f"train/{label}{n}_jpg.rf.{n}a8f.jpg": b"x" for label in ("cat", "dog") for n in range(6)},
        expect("train", ("cat", "dog")),
        0,
    ),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_folders_and_names_as_people_have_them(laid_out, name):
    content, expected, aside = FOLDERS[name]
    found, set_aside, others, notes, total = laid_out(content)
    assert found == expected, notes
    assert (set_aside, others) == (aside, 0), notes
    assert total == len(content)  # nothing is lost
    assert (str(aside) in notes) if aside else "aside" not in notes


def table(rows, header="filename,label", end="\n"):
    return end.join([*([header] if header else []), *rows])


NAMED = [(f"{label}_{n}", label) for label in COLORS for n in range(6)]
FLAT = {f"images/p{i}.jpg": b"x" for i in range(18)}
ROWS = [(f"p{i}", COLORS[i % 3]) for i in range(18)]
TABLES = {
    "with endings": ("labels.csv", table([f"{i}.jpg,{label}" for i, label in ROWS])),
    "without endings": ("train.csv", table([f"{i},{label}" for i, label in ROWS], "id,label")),
    "with paths": (
        "labels.csv",
        table([f"images/{i}.jpg,{label}" for i, label in ROWS], "path,class"),
    ),
    "with foreign paths": (
        "labels.csv",
        table([f"/kaggle/input/x/images/{i}.jpg,{label}" for i, label in ROWS], "image,target"),
    ),
    "with windows paths": (
        "labels.csv",
        table([f".\\images\\{i}.jpg,{label}" for i, label in ROWS], "file,label", "\r\n"),
    ),
    "semicolons": (
        "labels.csv",
        table([f"{i}.jpg;{label}" for i, label in ROWS], "Filename;Label"),
    ),
    "tabs": ("labels.tsv", table([f"{i}.jpg\t{label}" for i, label in ROWS], "name\tlabel")),
    "no header": ("labels.csv", table([f"{i}.jpg,{label}" for i, label in ROWS], "")),
    "spaces": ("train.txt", table([f"images/{i}.jpg {label}" for i, label in ROWS], "")),
    "quotes": ("labels.csv", table([f'"{i}.jpg","{label}"' for i, label in ROWS], '"id","label"')),
    "excel": ("labels.csv", "sep=;\n" + table([f"{i}.jpg;{label}" for i, label in ROWS], "a;b")),
    "byte order mark": (
        "labels.csv",
        "\ufeff" + table([f"{i}.jpg,{label}" for i, label in ROWS], "id,label"),
    ),
    "the label first": (
        "labels.csv",
        table([f"{label},{i}.jpg" for i, label in ROWS], "label,image_id"),
    ),
    "numbers beside words": (
        "meta.csv",
        table(
            [f"{i},{COLORS.index(label)},{label},{n}" for n, (i, label) in enumerate(ROWS)],
            "image,class_id,class,age",
        ),
    ),
    "columns of zeros and a one": (
        "_classes.csv",
        table(
            [f"{i}.jpg, " + ", ".join(str(int(label == c)) for c in COLORS) for i, label in ROWS],
            "filename, blue, green, red",
        ),
    ),
    "in utf-16": (
        "labels.csv",
        table([f"{i}.jpg,{label}" for i, label in ROWS]).encode("utf-16"),
    ),
    "in a folder of its own": ("tables/labels.csv", table([f"{i}.jpg,{c}" for i, c in ROWS])),
    "upper case": ("LABELS.CSV", table([f"{i.upper()}.JPG,{c}" for i, c in ROWS], "ID,LABEL")),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_labels(laid_out, name):
    file, content = TABLES[name]
    found, aside, others, notes, _ = laid_out(FLAT | {file: content})
    # A table called train names the training part.
    assert found == expect("train" if file.startswith("train") else ""), notes
    assert (aside, others) == (0, 1)
    assert file in notes


def test_a_table_names_the_parts_too(laid_out):
    rows = [
        f"{i}.jpg,{c},{('Training', 'PublicTest', 'val')[n // 6]}" for n, (i, c) in enumerate(ROWS)
    ]
    found, *_ = laid_out(FLAT | {"labels.csv": table(rows, "id,label,Usage")})
    assert found == expect("train", count=2) | expect("test", count=2) | expect(
        "validation", count=2
    )


def test_kaggles_train_csv_and_its_sample_submission(laid_out):
    content = files("train", count=18) | files("test", count=9)
    content |= {"train.csv": table([f"{n},{COLORS[n % 3]}" for n in range(18)], "id,breed")}
    content |= {"sample_submission.csv": table([f"{n},red" for n in range(9)], "id,breed")}
    found, aside, others, *_ = laid_out(content)
    assert found == expect("train")
    assert (aside, others) == (9, 2)


def test_a_test_table_labels_the_test_pictures_of_class_folders(laid_out):
    content = files("Train/0", "Train/1") | files("Test", count=4)
    content["Test.csv"] = table(
        [f"53,{n % 2},Test/{n}.png" for n in range(4)], "Width,ClassId,Path"
    )
    found, aside, *_ = laid_out(content)
    assert found == expect("train", "01") | expect("test", "01", 2)
    assert aside == 0


def test_rows_with_several_or_no_labels_are_set_aside_and_said(laid_out):
    rows = [f"{i}.jpg,{label}" for i, label in ROWS] + ["p0.jpg,red", "p1.jpg,red", "gone.jpg,red"]
    rows[5] = "p5.jpg,"
    found, aside, _, notes, _ = laid_out(FLAT | {"labels.csv": table(rows)})
    assert sum(found.values()) == 15
    assert aside == 3
    assert "2 pictures have several labels" in notes
    assert "3" in notes


def test_a_table_that_only_repeats_the_folders_changes_nothing(laid_out):
    content = files(*COLORS)
    content["labels.csv"] = table([f"{name},{name.split('/')[0][0]}" for name in content])
    assert laid_out(content)[0] == expect()


def test_a_table_counts_more_than_folders_that_say_nothing(laid_out):
    content = {f"train/{n // 9}/{n % 2}/p{n}.jpg": b"x" for n in range(18)}
    content["train.csv"] = table([f"{i},{label}" for i, label in ROWS], "id,landmark_id")
    assert laid_out(content)[0] == expect("train")


def test_a_zip_in_a_zip_is_a_folder(laid_out, tmp_path):
    inner = {f"{label}.zip": zipped(files("x", count=6)) for label in ("cat", "dog")}
    assert laid_out(inner)[0] == expect(classes=("cat", "dog"))
    kaggle = {
        "train.zip": zipped({f"train/{c}.{n}.jpg": b"x" for c in ("cat", "dog") for n in range(6)}),
        "test1.zip": zipped(files("test1")),
    }
    found, aside, *_ = laid_out(kaggle)
    assert (found, aside) == (expect("train", ("cat", "dog")), 6)
    deep = {"a.zip": zipped({"b.zip": zipped(files("c"))})} | files("red", "blue")
    found, _, others, *_ = laid_out(deep)
    assert (found, others) == (expect(classes=("blue", "red")), 1)
    for name, data in inner.items():
        (tmp_path / "folder").mkdir(exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(data)
    assert datasets.survey(tmp_path / "folder").counts == {"cat": 6, "dog": 6}


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ({"../x.jpg": b"x"}, "outside of itself"),
        ({"x.jpg": bytes(20_000_000)}, "far more than it holds"),
    ],
)
def test_zips_inside_are_held_to_the_same_rules(laid_out, inner, words):
    with pytest.raises(LabError, match=words):
        laid_out(files("red", "blue") | {"more.zip": zipped(inner)})


def test_a_damaged_zip_inside_is_said(laid_out):
    found, *_, notes, _ = laid_out(files("red", "blue") | {"more.zip": b"PK\x03\x04 cut"})
    assert found == expect(classes=("blue", "red"))
    assert "more.zip, is damaged" in notes


def test_pictures_are_told_by_their_content(laid_out, folder, tmp_path):
    picture = Image.fromarray(np.arange(48, dtype=np.uint8).reshape(4, 4, 3))
    content = {}
    for format_ in ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "PPM"):
        stream = io.BytesIO()
        picture.save(stream, format_)
        content |= {f"a/{format_}": stream.getvalue(), f"b/{format_}.dat": stream.getvalue()}
    content |= {f"a/{n}.JFIF": b"\xff\xd8\xff\xe0x" for n in range(2)} | {"a/notes": b"no picture"}
    content |= {"b/Thumbs.db": b"x", "__MACOSX/b/._1.jpg": b"x", "b/.DS_Store": b"x"}
    found, _, others, notes, _ = laid_out(content | {"b/photo.heic": b"\0\0\0 ftypheic"})
    assert found == {("a", ""): 9, ("b", ""): 7}
    assert others == 2
    assert "HEIC" in notes


def test_one_umlaut_in_two_encodings_is_one_class(laid_out):
    composed, apart = "\u00d6l", unicodedata.normalize("NFD", "\u00d6l")
    assert composed != apart
    found, *_ = laid_out(files(composed, "Wasser") | files(apart, first=9))
    assert found == {("\u00d6l", ""): 12, ("Wasser", ""): 6}


def test_a_zip_made_on_a_mac_forgets_to_say_utf_8(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("XXl", "YYl"):
            for n in range(6):
                archive.writestr(f"{name}/{n}.png", b"x")
    data = stream.getvalue().replace(b"XXl", "\u00d6l".encode()).replace(b"YYl", "\u00c4l".encode())
    (tmp_path / "mac.zip").write_bytes(data)
    assert set(datasets.survey(tmp_path / "mac.zip").counts) == {"\u00d6l", "\u00c4l"}


def test_long_names_and_odd_ones_stay_whole_and_apart(laid_out):
    long = "a very long name of a class that goes on and on, "
    found, *_ = laid_out(files(long + "first", long + "second", "x<y", "x>y"))
    assert set(found) == {(long + "first", ""), (long + "second", ""), ("x y", ""), ("x y (2)", "")}


def test_numbers_stand_in_their_own_order(laid_out):
    found, *_ = laid_out(files("10", "2", "1", "0", "11"))
    assert [label for label, _ in found] == ["0", "1", "2", "10", "11"]
    found, *_ = laid_out(files("class 10", "class 9", "class 1"))
    assert [label for label, _ in found] == ["class 1", "class 9", "class 10"]


def test_empty_folders_are_said(laid_out):
    *_, notes, _ = laid_out(files("pets/cat", "pets/dog") | {"pets/bird/": b"", "pets/test/": b""})
    assert "'bird'" in notes
    assert "'test'" not in notes


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (files("images") | files("masks"), "only one class|Nothing says"),
        (files("train") | files("test"), "Nothing says what the 12 pictures show"),
        ({f"IMG_{n}.jpg": b"x" for n in range(9)}, "no picture in a subfolder"),
        (
            {f"IMG_{n}.jpg": b"x" for n in range(9)} | {f"DSC{n}.jpg": b"x" for n in range(9)},
            "no p",
        ),
        ({}, "no picture"),
        (files("cat"), "only one class"),
    ],
)
def test_what_says_no_class_is_refused(tmp_path, content, words):
    (tmp_path / "own.zip").write_bytes(zipped(content))
    with pytest.raises(LabError, match=words):
        datasets.survey(tmp_path / "own.zip")


CASES = {
    "flat_csv": (list(COLORS), 12, 0),
    "jfif_ext": (list(COLORS), 12, 0),
    "nfd_nfc": (["Wasser", "\u00d6l"], None, 0),
    "numbers": (["0", "1", "2", "10", "11", "20"], 8, 0),
    "test_unlabeled_kaggle": (list(COLORS), 12, 9),
}


@pytest.mark.parametrize("name", CASES)
def test_zips_of_people_from_the_terminal(folder, capsys, name):
    classes, count, aside = CASES[name]
    zip_file = str(ZIPS / f"{name}.zip")
    assert main(["datasets", "import", zip_file, "--name", name, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["classes"] == list(answer["counts"]) == classes
    assert set(answer["counts"].values()) == ({count} if count else {8, 16})
    assert answer["set_aside"] == aside
    assert answer["test_count"] > 0 < answer["validation_count"]
    assert all(note.endswith(".") for note in answer["notes"])
    data = datasets.load(answer["dataset"])
    assert data.labels == tuple(classes)
    assert len(data.y_val) == answer["validation_count"]
    assert len(data.y_test) == answer["test_count"]
    both = {picture.tobytes() for picture in data.x_train} & {p.tobytes() for p in data.x_test}
    assert not both


def test_a_validation_folder_is_the_validation_part(folder, make, tmp_path, capsys):
    for part, count in (("train", 8), ("val", 5), ("test", 3)):
        for number, label in enumerate(("dark", "light")):
            for n in range(count):
                path = tmp_path / "pets" / part / label / f"{n}.jpg"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(
                    make.jpeg(make.photo(100 * number + 10 * len(part) + n, tone=60 + 120 * number))
                )
    assert main(["datasets", "import", str(tmp_path / "pets"), "--name", "pets", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["validation_count"], answer["test_count"]) == (10, 6)
    data = datasets.load("own-pets", limit=4)
    assert (len(data.y_train), len(data.y_val), len(data.y_test)) == (4, 10, 6)
    whole = datasets.load("own-pets")
    assert len(whole.y_train) == 16
    assert whole.fingerprint == data.fingerprint


def test_the_terminal_refuses_in_one_sentence(folder, tmp_path, capsys):
    (tmp_path / "a.zip").write_bytes(b"no zip")
    assert main(["datasets", "import", str(tmp_path / "a.zip"), "--name", "x", "--json"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "not a zip file" in said.err
    assert main(["datasets", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0].keys() == {"name", "ready", "message"}
