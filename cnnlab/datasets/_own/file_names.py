"""Labels from the names of files: cat.0.jpg, dog_12.png, "rose (3).jpg", 0007-oak.tif."""

import re
from collections import Counter

from cnnlab.datasets._own import contents
from cnnlab.datasets._own.sources import File

FEWEST = 2  # pictures a class must have to be read out of names
COVERED = 0.5  # share of the pictures whose names must say a class
_CLASS_FIRST = (
    re.compile(r"(?P<label>.+?)-!-\d+"),  # Teachable Machine's projects
    re.compile(r"(?P<label>.*[^\W\d_].*?)[\s._\-]*\(?\d+\)?"),  # cat.0, dog_12, rose (3), oak7
    re.compile(r"(?P<label>\d+)[._\-\s]+.*\d+"),  # 7_0012
)
# cat.0.flipped, and nothing that might be a checksum's first letter
_CLASS_BEFORE_NUMBERS = re.compile(r"(?P<label>[^\W\d_]{2,}[^\d]*?)[\s._\-]*\(?\d.*")
_CLASS_LAST = re.compile(r"\(?\d+\)?[\s._\-]+(?P<label>.*[^\W\d_].*)")  # 0007-oak
_CAMERA_WORDS = (
    "img image images dsc dscn dscf pic picture photo photos p pict sam gopr dji mvi mov vid "
    "frame file scan screenshot screen capture untitled download unnamed sample whatsapp signal "
    "pxl bild foto canvas drawing crop im pixil file n i x"
)
_CAMERA = frozenset(_CAMERA_WORDS.split())
_ROBOFLOW = re.compile(r"_(jpe?g|png|bmp|webp)\.rf\.[0-9a-z]+$", re.IGNORECASE)


def read_names(files: list[File]) -> dict[tuple[str, ...], str]:
    """The class each name says, by path; nothing where names are a camera's or say no class."""
    stems = {file.path: _stem(file.path[-1]) for file in files}
    for pattern in (*_CLASS_FIRST, _CLASS_LAST, _CLASS_BEFORE_NUMBERS):
        labels = {path: _label(pattern, stem) for path, stem in stems.items()}
        counts = Counter(label for label in labels.values() if label)
        found = {path: label for path, label in labels.items() if counts[label] >= FEWEST and label}
        if len(set(found.values())) > 1 and len(found) >= COVERED * len(files):
            return found
    return {}


def _stem(name: str) -> str:
    stem = name.rpartition(".")[0] if contents.suffix(name) in contents.SUFFIXES else name
    return _ROBOFLOW.sub("", stem).strip()


def _label(pattern: re.Pattern[str], stem: str) -> str:
    match = pattern.fullmatch(stem)
    label = match["label"].strip(" ._-") if match else ""
    words = re.findall(r"[^\W\d_]+", label.casefold())
    camera = bool(words) and all(word in _CAMERA for word in words)
    return "" if camera else label
