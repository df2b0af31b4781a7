"""Every loader on small files of its source's true format."""

import numpy as np
import pytest

from cnnlab import datasets
from cnnlab.datasets import DATASETS
from cnnlab.errors import LabError

CIFAR10 = "cifar-10-batches-py"
CIFAR100 = "cifar-100-python"


def raw(name, folder):
    """A loader's parts with every picture in the card's own shape."""
    card = DATASETS[name]
    parts = card.function(folder)
    shape = card.native_shape or card.input_shape
    x_train, fine = parts.train.take(np.arange(len(parts.y_train)), shape)
    x_test, also_fine = parts.test.take(np.arange(len(parts.y_test)), shape)
    assert fine.all()
    assert also_fine.all()
    return x_train, parts.y_train, x_test, parts.y_test, parts


def cifar10_files(make, n=20):
    x, y = make.arrays(n * 6, (32, 32, 3), 10)
    files = {}
    for number in range(6):
        part = slice(number * n, (number + 1) * n)
        name = f"data_batch_{number + 1}" if number < 5 else "test_batch"
        files[f"{CIFAR10}/{name}"] = make.batch(x[part], labels=y[part])
    return x, y, files


def cifar100_files(make, n=200):
    x, y = make.arrays(n, (32, 32, 3), 100)
    return (
        x,
        y,
        {
            f"{CIFAR100}/train": make.batch(
                x[:150], fine_labels=y[:150], coarse_labels=y[:150] // 5
            ),
            f"{CIFAR100}/test": make.batch(
                x[150:], fine_labels=y[150:], coarse_labels=y[150:] // 5
            ),
        },
    )


def unpack(files, where):
    for name, data in files.items():
        path = where / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


BUILT_IN = [card for card in DATASETS if not card.name.startswith("own-")]


@pytest.mark.parametrize("card", BUILT_IN, ids=lambda card: card.name)
def test_a_card_says_where_the_data_comes_from(card):
    assert card.description
    assert card.citation
    assert card.license
    assert card.url.startswith("http")
    assert len(card.labels) == len(set(card.labels))
    assert card.preparation in ("digit", "picture")
    assert card.layouts
    for file in card.files:
        assert file.address.startswith("http")
        assert file.checksum.split(":")[0] in ("sha256", "md5")
        assert file.size_bytes > 0


def test_digits_are_scikit_learns():
    sklearn = pytest.importorskip("sklearn.datasets").load_digits()
    x_train, y_train, x_test, y_test, _ = raw("digits", None)
    assert len(y_train) + len(y_test) == len(sklearn.target) == 1797
    ours = np.concatenate([x_train, x_test])[..., 0].reshape(-1, 64).astype(int)
    theirs = np.rint(sklearn.images.reshape(-1, 64) * 255 / 16).astype(int)
    assert sorted(map(tuple, ours)) == sorted(map(tuple, theirs))
    assert (
        np.bincount(np.concatenate([y_train, y_test])).tolist()
        == np.bincount(sklearn.target).tolist()
    )


def test_digits_grow_in_mnists_manner():
    data = datasets.load("digits")
    assert data.input_shape == (28, 28, 1)
    ink = data.x_train[..., 0] > 0
    heights = ink.any(axis=2).sum(axis=1)
    widths = ink.any(axis=1).sum(axis=1)
    assert np.maximum(heights, widths).max() <= 20
    assert np.median(np.maximum(heights, widths)) == 20
    assert datasets.load("digits", (8, 8, 1)).x_test.shape == (359, 8, 8, 1)


def test_mnist_and_fashion_mnist_read_keras_npz(folder, make):
    expected = make.npz(folder / "mnist.npz")
    for got, want in zip(raw("mnist", folder)[:4], expected, strict=True):
        assert np.array_equal(got.squeeze(), want)
    expected = make.npz(folder / "fashion_mnist.npz")
    for got, want in zip(raw("fashion_mnist", folder)[:4], expected, strict=True):
        assert np.array_equal(got.squeeze(), want)


def test_fashion_mnist_reads_gzipped_idx_files(folder, make):
    x, y = make.arrays(30, (28, 28), 10)
    for name, array in (
        ("train-images-idx3-ubyte.gz", x[:20]),
        ("train-labels-idx1-ubyte.gz", y[:20]),
        ("t10k-images-idx3-ubyte.gz", x[20:]),
        ("t10k-labels-idx1-ubyte.gz", y[20:]),
    ):
        make.idx(folder / "fashion-mnist" / name, array)
    x_train, y_train, x_test, y_test, _ = raw("fashion_mnist", folder)
    assert np.array_equal(x_train[..., 0], x[:20])
    assert np.array_equal(x_test[..., 0], x[20:])
    assert y_train.tolist() == y[:20].tolist()
    assert y_test.tolist() == y[20:].tolist()


@pytest.mark.parametrize("form", ["archive", "keras cache", "folder"])
def test_cifar10_reads_its_batches(folder, make, form):
    x, y, files = cifar10_files(make)
    if form == "archive":
        make.tar(folder / "cifar-10-python.tar.gz", files)
    else:
        unpack(files, folder / f"{CIFAR10}-target" if form == "keras cache" else folder)
    x_train, y_train, x_test, y_test, parts = raw("cifar10", folder)
    assert np.array_equal(x_train, x[:100])
    assert np.array_equal(x_test, x[100:])
    assert y_train.tolist() == y[:100].tolist()
    assert y_test.tolist() == y[100:].tolist()
    assert parts.variant == "CIFAR-10"


@pytest.mark.parametrize("form", ["archive", "keras cache", "folder"])
def test_cifar100_reads_its_fine_labels(folder, make, form):
    x, y, files = cifar100_files(make)
    if form == "archive":
        make.tar(folder / "cifar-100-python.tar.gz", files)
    else:
        unpack(files, folder / f"{CIFAR100}-target" if form == "keras cache" else folder)
    x_train, y_train, x_test, _, _ = raw("cifar100", folder)
    assert np.array_equal(x_train, x[:150])
    assert np.array_equal(x_test, x[150:])
    assert y_train.tolist() == y[:150].tolist()


def test_cifar_batches_agree_with_keras_own_reader(folder, make):
    load_batch = pytest.importorskip("keras.src.datasets.cifar").load_batch
    _, _, files = cifar10_files(make)
    unpack(files, folder)
    images, labels = load_batch(str(folder / CIFAR10 / "data_batch_1"))
    assert np.array_equal(images.transpose(0, 2, 3, 1), raw("cifar10", folder)[0][:20])
    assert labels[:10] == raw("cifar10", folder)[1][:10].tolist()


def test_a_pickle_that_asks_for_a_program_is_refused(folder, make):
    evil = b"cos\nsystem\n(S'echo no'\ntR."
    unpack({f"{CIFAR10}/data_batch_1": evil}, folder)
    with pytest.raises(LabError, match="no batch needs"):
        datasets.load("cifar10")


def test_cifar10_says_when_it_reads_jpeg_files_or_a_subset(folder, make):
    make.npz(folder / "cifar10_lossless_subset.npz", shape=(32, 32, 3))
    assert datasets.load("cifar10").variant == "CIFAR-10, lossless subset"
    labels = make.packed(folder / "cifar10_jpeg.npz")
    x_train, y_train, _, y_test, parts = raw("cifar10", folder)
    assert parts.variant == "CIFAR-10, JPEG quality 75"
    assert x_train.shape == (40, 32, 32, 3)
    assert [*y_train, *y_test] == labels.tolist()
    _, _, files = cifar10_files(make)
    make.tar(folder / "cifar-10-python.tar.gz", files)
    assert datasets.available("cifar10").variant == "CIFAR-10"


@pytest.mark.parametrize("unpacked", [True, False])
def test_stl10_reads_columns_and_counts_from_one(folder, make, unpacked):
    x, y = make.arrays(50, (96, 96, 3), 10)
    files = {}
    for part, some in (("train", slice(0, 30)), ("test", slice(30, 50))):
        # The source's order: all red, all green, all blue, each column by column.
        files[f"stl10_binary/{part}_X.bin"] = x[some].transpose(0, 3, 2, 1).tobytes()
        files[f"stl10_binary/{part}_y.bin"] = (y[some] + 1).astype(np.uint8).tobytes()
    if unpacked:
        unpack(files, folder)
    else:
        make.tar(folder / "stl10_binary.tar.gz", {**files, "stl10_binary/unlabeled_X.bin": b"\0"})
    x_train, y_train, x_test, y_test, _ = raw("stl10", folder)
    assert np.array_equal(x_train, x[:30])
    assert np.array_equal(x_test, x[30:])
    assert y_train.tolist() == y[:30].tolist()
    assert y_test.tolist() == y[30:].tolist()


def pet_images(make, n=10):
    files = {"PetImages/Cat/Thumbs.db": b"no picture", "PetImages/Dog/666.jpg": b""}
    for number in range(n):
        files[f"PetImages/Cat/{number}.jpg"] = make.jpeg(make.photo(number, tone=60))
        files[f"PetImages/Dog/{number}.jpg"] = make.jpeg(make.photo(100 + number, tone=200))
    return files


@pytest.mark.parametrize("form", ["zip", "folder"])
def test_cats_and_dogs_skips_and_counts_what_is_broken(folder, make, form):
    files = pet_images(make)
    files["PetImages/Cat/3.jpg"] = files["PetImages/Cat/3.jpg"][:300]
    if form == "zip":
        make.zip(folder / "kagglecatsanddogs_5340.zip", files)
    else:
        unpack(files, folder)
    data = datasets.load("cats_dogs")
    assert data.input_shape == (100, 100, 1)
    assert data.skipped == 2
    everything = [*data.y_train, *data.y_val, *data.y_test]
    assert len(everything) == 19
    bright = data.x_train.mean(axis=(1, 2, 3)) > 128
    assert bright.tolist() == (data.y_train == 1).tolist()
    assert datasets.load("cats_dogs", (64, 64, 3)).x_test.shape == (4, 64, 64, 3)


def test_cats_and_dogs_has_one_fingerprint_as_zip_and_as_folder(folder, make):
    make.zip(folder / "kagglecatsanddogs_5340.zip", pet_images(make))
    from_zip = datasets.load("cats_dogs").fingerprint
    (folder / "kagglecatsanddogs_5340.zip").unlink()
    unpack(pet_images(make), folder)
    assert datasets.load("cats_dogs").fingerprint == from_zip


def test_cats_and_dogs_reads_a_packed_file_and_says_so(folder, make):
    make.packed(folder / "cats_dogs_128.npz", shape=(128, 128, 3), classes=2)
    data = datasets.load("cats_dogs")
    assert "3,998 pictures" in data.variant
    assert data.x_test.shape == (20, 100, 100, 1)


@pytest.mark.parametrize("form", ["tar", "folder"])
def test_caltech256_reads_pictures_and_leaves_out_clutter(folder, make, form):
    files = {"256_ObjectCategories/198.spider/RENAME2": b"#!/bin/sh"}
    for number, name in ((1, "ak47"), (2, "american-flag"), (257, "clutter")):
        for picture in range(1, 8):
            path = f"256_ObjectCategories/{number:03}.{name}/{number:03}_{picture:04}.jpg"
            files[path] = make.jpeg(make.photo(number * 50 + picture, tone=30 * number % 220))
    if form == "tar":
        make.tar(folder / "256_ObjectCategories.tar", files, "w")
    else:
        unpack(files, folder)
    x_train, y_train, _, y_test, parts = raw("caltech256", folder)
    assert x_train.shape == (12, 64, 64, 3)
    assert sorted(y_train) == [0] * 6 + [1] * 6
    assert sorted(y_test) == [0, 1]
    assert parts.labels[:2] == ("ak47", "american-flag")


@pytest.mark.parametrize(
    ("name", "file"), [("mnist", "mnist.npz"), ("cifar10", "cifar-10-python.tar.gz")]
)
def test_a_broken_file_gives_one_sentence(folder, name, file):
    (folder / file).write_bytes(b"cut short")
    with pytest.raises(LabError, match=f"delete {file}"):
        datasets.load(name)


def test_a_cut_off_npz_gives_one_sentence(folder, make):
    make.npz(folder / "mnist.npz")
    path = folder / "mnist.npz"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(LabError, match="delete"):
        datasets.load("mnist")


def test_photo_orientation_and_deep_or_clear_pictures_are_read(make):
    from PIL import Image

    from cnnlab.datasets._encoded import decode

    tall = make.photo(1, size=(40, 60))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = decode(make.jpeg(tall, exif=exif), (40, 60, 3))
    upright = decode(make.jpeg(np.rot90(tall, -1)), (40, 60, 3))
    assert np.abs(turned.astype(int) - upright).mean() < 4
    assert decode(b"no picture", (8, 8, 3)) is None


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("mnist", [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]),
        ("fashion_mnist", [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]),
        ("cifar10", [6, 9, 9, 4, 1, 1, 2, 7, 8, 3]),
    ],
)
def test_the_real_files_stand_in_keras_order(name, first, real_data):
    if not datasets.available(name).ready:
        pytest.skip(f"{name} is not on this machine")
    card = DATASETS[name]
    parts = card.function(datasets.available(name).folder)
    assert parts.y_train[:10].tolist() == first
    assert (len(parts.y_train), len(parts.y_test)) == (card.train_count, card.test_count)


def test_a_part_of_a_dataset_is_not_counted_as_the_whole(folder, make):
    assert datasets.counts_here("cats_dogs") == (20_000, 5_000)  # absent: the source's own
    make.packed(folder / "cats_dogs_128.npz", (128, 128, 3), 2, 30, 10)
    assert datasets.counts_here("cats_dogs") == (30, 10)
    assert datasets.counts_here("digits") == (1_438, 359)
