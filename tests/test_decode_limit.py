"""Pictures are decoded a few at a time, and what they took goes back to the system."""

import io
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from cnnlab import images, memory, paths
from cnnlab.images import _decode_limit, read


def picture(height: int, width: int, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), 200, np.uint8)).save(file, kind)
    return file.getvalue()


@pytest.fixture
def at_once(monkeypatch) -> list[int]:
    """How many pictures were being decoded whenever another one began."""
    seen, now, lock = [], [0], threading.Lock()
    decode = read._decode

    def counted(image, deep):
        with lock:
            now[0] += 1
            seen.append(now[0])
        time.sleep(0.02)
        try:
            return decode(image, deep)
        finally:
            with lock:
                now[0] -= 1

    monkeypatch.setattr(read, "_decode", counted)
    return seen


@pytest.mark.parametrize(
    ("size", "most"), [((100, 100), 8), ((1000, 1000), _decode_limit.AT_ONCE), ((2100, 2000), 1)]
)
def test_so_many_are_decoded_at_once(at_once, size, most):
    data = picture(*size)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(images.open_picture, [data] * 8))
    assert max(at_once) <= most
    assert max(at_once) > 1 or most == 1


def test_memory_is_given_back_when_the_last_one_is_through(monkeypatch):
    given = []
    monkeypatch.setattr(memory, "give_back", lambda: given.append(1))
    images.open_picture(picture(100, 100))
    assert not given
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(images.open_picture, [picture(1000, 1000)] * 4))
    assert given
    assert _decode_limit._waiting == 0


def test_a_broken_picture_leaves_its_place(monkeypatch):
    cut = picture(1000, 1000)[:3000]
    for _ in range(_decode_limit.AT_ONCE + 1):
        with pytest.raises(images.read.LabError, match="broken or cut short"):
            images.open_picture(cut)
    assert _decode_limit._waiting == 0
    images.open_picture(picture(1000, 1000))


def test_a_jpeg_is_decoded_at_a_fraction_of_its_size(monkeypatch):
    loaded = []
    thumbnail = Image.Image.thumbnail

    def seen(image, size, *more):
        loaded.append(image.size)
        return thumbnail(image, size, *more)

    monkeypatch.setattr(Image.Image, "thumbnail", seen)
    pixels = images.open_picture(picture(6400, 4800, "JPEG")).pixels
    assert loaded[0] == (2400, 3200)
    assert pixels.shape == (1600, 1200, 3)


def test_which_bytes_wait_for_a_turn():
    assert images.is_large(picture(1000, 1000))
    assert not images.is_large(picture(100, 100))
    assert not images.is_large(b"no picture")


# In a process of its own, as the server is: what other tests loaded moves its memory, too.
HELD = """
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from cnnlab import memory

def resident():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) * 1024

def hold(_):
    kept = [bytearray(200_000) for _ in range(50)]
    time.sleep(0.1)
    return len(kept)

memory.keep_little()
before = resident()
with ThreadPoolExecutor(10) as pool:
    list(pool.map(hold, range(10)))
    memory.give_back()
    print(resident() - before)
"""


def test_freed_memory_leaves_the_process():
    """Pieces held by many threads at once; without the rules most of it would stay."""
    said = subprocess.check_output([sys.executable, "-c", HELD], cwd=paths.ROOT, text=True)
    assert int(said) < 50 * 2**20
