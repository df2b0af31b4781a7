"""Small files of each source's true format, written by the tests themselves."""

import gzip
import io
import pickle
import tarfile
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image


def arrays(n, shape, classes, seed=0):
    """Random pictures `(n, *shape)` and labels that name every class in turn."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, *shape), dtype=np.uint8), np.arange(n) % classes


def jpeg(pixels, **options) -> bytes:
    """One encoded JPEG of uint8 `(h, w)` or `(h, w, 3)`."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=95, **options)
    return stream.getvalue()


def write_npz(path: Path, shape=(28, 28), classes=10, train=60, test=20):
    """Keras' own layout."""
    x_train, y_train = arrays(train, shape, classes)
    x_test, y_test = arrays(test, shape, classes, 1)
    np.savez_compressed(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return x_train, y_train, x_test, y_test


def write_idx(path: Path, array: np.ndarray) -> None:
    """A gzipped IDX file of bytes."""
    head = b"\0\0\x08" + bytes([array.ndim]) + np.array(array.shape, ">u4").tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wb") as stream:
        stream.write(head + array.astype(np.uint8).tobytes())


class _Python2(pickle._Pickler):
    """Writes bytes as Python 2 did its strings, which is what the sources' files hold."""

    def save_str2(self, data: bytes) -> None:
        short = len(data) < 256
        size = bytes([len(data)]) if short else len(data).to_bytes(4, "little")
        self.write((b"U" if short else b"T") + size + data)
        self.memoize(data)

    dispatch = {**pickle._Pickler.dispatch, bytes: save_str2}  # noqa: RUF012


def batch(images: np.ndarray, **labels) -> bytes:
    """A CIFAR batch as Python 2 pickled it: rows of red, green and blue planes, and labels."""
    rows = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
    content = {b"data": rows, **{key.encode(): list(map(int, y)) for key, y in labels.items()}}
    stream = io.BytesIO()
    _Python2(stream, protocol=2).dump(content)
    return stream.getvalue().replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


def write_tar(path: Path, files: dict[str, bytes], mode="w:gz") -> None:
    """An archive of the given members."""
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def write_zip(path: Path, files: dict[str, bytes]) -> None:
    """An archive of the given members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def write_packed(path: Path, shape=(32, 32, 3), classes=10, train=40, test=20) -> np.ndarray:
    """JPEG files end to end; returns the labels."""
    images, labels = arrays(train + test, shape, classes)
    files = [jpeg(image) for image in images]
    offsets = np.concatenate([[0], np.cumsum([len(data) for data in files])])
    blob = np.frombuffer(b"".join(files), np.uint8)
    np.savez(path, blob=blob, offsets=offsets, labels=labels.astype(np.uint8), n_train=train)
    return labels


def photo(seed, size=(60, 40), tone=128) -> np.ndarray:
    """A smooth picture around one gray level, so that JPEG and resizing change it little."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(max(0, tone - 40), min(255, tone + 40), (4, 6, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC))


@pytest.fixture
def make():
    """The writers above."""
    return SimpleNamespace(
        arrays=arrays,
        batch=batch,
        idx=write_idx,
        jpeg=jpeg,
        npz=write_npz,
        packed=write_packed,
        photo=photo,
        tar=write_tar,
        zip=write_zip,
    )


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty data folder, and no Keras cache."""
    home = tmp_path / "data"
    home.mkdir()
    monkeypatch.setenv("CNNLAB_DATA", str(home))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return home
