"""The words people give folders that are no class: training, validation, test, masks, parts."""

import re
import unicodedata
from collections.abc import Iterable

TRAIN, VALIDATION, TEST, UNLABELED = "train", "validation", "test", "unlabeled"
_WORDS = {
    TRAIN: "train training trn",
    VALIDATION: "val valid validation validate validating dev devel development",
    TEST: "test testing tst eval evaluation holdout",
    UNLABELED: "unlabeled unlabelled unsup unsupervised pred preds predict prediction predictions",
}
ROLES = {word: role for role, words in _WORDS.items() for word in words.split()}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that may stand beside a role's word without changing what is meant.
_FILLERS = _set(
    "set sets data dataset datasets image images img imgs picture pictures pic pics photo photos "
    "folder folders split splits part files file to my the of for all"
)
_IMAGES = _set("images image imgs img jpegimages pictures photos original originals raw")
_MASKS = _set(
    "mask masks segmentation segmentations segmentationclass segmentationobject annotation "
    "annotations label labels gt groundtruth trimap trimaps contours depth matte mattes"
)
_EXTRAS = _set(
    "meta metadata sample samples example examples preview previews thumbnail thumbnails thumbs "
    "doc docs figure figures screenshot screenshots icon icons template templates"
)
_PARTS = _set(
    "part parts batch fold chunk split images image img imgs download archive set session volume "
    "vol disc shard folder"
)


def words_of(name: str) -> list[str]:
    """A name's words in small letters: "TrainImages_2" has "train" and "images"."""
    plain = unicodedata.normalize("NFC", name)
    found = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain))
    return [word.lower() for word in found]


def read_role(name: str) -> tuple[str, tuple[str, ...]]:
    """The role a name speaks of, "" for none, and the words that are left of it."""
    role, rest = "", []
    for word in words_of(name):
        found = _role_of_word(word)
        if found and not role:
            role = found
        elif word not in _FILLERS:
            rest.append(word)
    return role, tuple(rest)


def _role_of_word(word: str) -> str:
    if word in ROLES:
        return ROLES[word]
    for filler in _FILLERS:  # "trainset", "testdata"
        if word.endswith(filler) and word[: -len(filler)] in ROLES:
            return ROLES[word[: -len(filler)]]
    return ""


def roles_among(names: Iterable[str]) -> dict[str, str]:
    """Which of some sibling folders are named like roles: "train", or "seg_train" by "seg_test".

    A word that is left over must be shared with a sibling of another role: "train station" and
    "test tube" are classes.
    """
    read = {name: read_role(name) for name in names}
    shared: dict[tuple[str, ...], set[str]] = {}
    for role, rest in read.values():
        if role:
            shared.setdefault(rest, set()).add(role)
    return {
        name: role
        for name, (role, rest) in read.items()
        if role and (not rest or len(shared[rest]) > 1)
    }


def is_images(name: str) -> bool:
    """Whether a folder is named for holding pictures: "images"."""
    return _joined(name) in _IMAGES


def is_masks(name: str) -> bool:
    """Whether a folder beside "images" is named for pictures that are labels: "masks"."""
    return _joined(name) in _MASKS


def is_extra(name: str) -> bool:
    """Whether a folder beside train and test is named for things beside the data: "samples"."""
    return _joined(name) in _EXTRAS


def are_parts(names: list[str]) -> bool:
    """Whether folders are parts of one: "images_1" and "images_2", "batch-1" and "batch-2"."""
    if len(names) < 2 or not all(re.search(r"\d", name) for name in names):
        return False
    stems = {tuple(word for word in words_of(name) if len(word) > 1) for name in names}
    return len(stems) == 1 and bool(set(stems.pop()) & _PARTS)


def _joined(name: str) -> str:
    return "".join(words_of(name))
