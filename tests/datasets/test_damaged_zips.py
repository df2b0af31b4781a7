"""Zips with a damaged or doubled part: the rest is imported, and what went is said."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from cnnlab.datasets._own.importing import import_pictures
from cnnlab.errors import LabError


def _two_classes(**more: bytes) -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    names = [f"{label}/{n}.png" for label in ("cat", "dog") for n in range(6)]
    return {name: png(rng.integers(0, 255, (9, 9), np.uint8)) for name in names} | more


def png(levels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "PNG")
    return file.getvalue()


def _imported(files: dict[str, bytes], folder, method=zipfile.ZIP_STORED, flip: int = 0):
    packed = folder / "mine.zip"
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    if flip:
        whole = bytearray(packed.read_bytes())
        whole[flip] ^= 0x55
        packed.write_bytes(whole)
    return import_pictures(packed, f"mine-{method}", 28, 1)


def test_a_member_damaged_in_any_packing_is_one_picture_less(tmp_path):
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        report = _imported(_two_classes(), tmp_path, method, flip=110)
        assert report.broken == 1
        assert "1 picture was left out: not readable." in report.notes


def test_files_of_one_name_are_all_looked_at(tmp_path):
    packed = tmp_path / "mine.zip"
    other = png(np.random.default_rng(1).integers(0, 255, (9, 9), np.uint8))
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in _two_classes().items():
            archive.writestr(name, data)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("cat/0.png", other)
    assert import_pictures(packed, "mine", 28, 1).counts == {"cat": 7, "dog": 6}


def test_nothing_readable_says_so_and_why(tmp_path):
    heic = b"\0\0\0\x18ftypheic" + bytes(50)
    with pytest.raises(LabError, match=r"^2 HEIC photos .* no picture in a subfolder that can"):
        _imported({"cat/1.heic": heic, "dog/1.heic": heic}, tmp_path)
    with pytest.raises(LabError, match=r"^12 pictures were left out: not readable. No picture is"):
        _imported(dict.fromkeys(_two_classes(), heic), tmp_path)


def test_a_table_that_cannot_be_read_is_named(tmp_path):
    files = {name.replace("/", "_"): data for name, data in _two_classes().items()}
    long = "filename,label\ncat_0.png,cat\n" + f'x,"{"a" * 200_000}"'
    with pytest.raises(LabError, match=r"labels\.csv cannot be read as a table \(field larger"):
        _imported({f"img{n}.png": d for n, d in enumerate(files.values())} | {
            "labels.csv": long.encode()}, tmp_path)  # fmt: skip


def test_pictures_of_a_class_nobody_learns_are_named(tmp_path):
    some = _two_classes()
    files = {f"{part}/{name}": data for part in ("train", "test") for name, data in some.items()}
    files = {name: data + name.encode() for name, data in files.items()}
    report = _imported(files | {"test/cow/1.png": some["cat/1.png"]}, tmp_path)
    said = "1 test picture was set aside: they show 'cow', and nothing to learn from does."
    assert said in report.notes
