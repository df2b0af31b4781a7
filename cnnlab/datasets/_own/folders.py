"""Each picture's part and class, as its folders say."""

from dataclasses import dataclass, field, replace

from cnnlab.datasets._own import roles
from cnnlab.datasets._own.roles import TEST, TRAIN, UNLABELED, VALIDATION
from cnnlab.datasets._own.sources import File
from cnnlab.datasets._own.tree import Node

MASK = "mask"


@dataclass(frozen=True)
class Placed:
    """One picture: its part ("" where no folder names one) and its class ("" where none is said).

    `aside` says why a picture is none to learn from: "mask", or the name of a folder that is
    neither a part nor a class; `untaught` is the class its folder names where no picture to learn
    from has it.
    """

    file: File
    part: str = ""
    label: str = ""
    aside: str = ""
    untaught: str = ""


@dataclass
class _Walk:
    placed: list[Placed] = field(default_factory=list)

    def put(self, files: list[File], part: str, label: str = "", aside: str = "") -> None:
        self.placed += [Placed(file, part, label, aside) for file in files]


def place(root: Node) -> list[Placed]:
    """Every picture of a tree with what its folders say of it."""
    walk = _Walk()
    _level(walk, root, "")
    return _agreed(walk.placed)


def training_classes(placed: list[Placed]) -> set[str]:
    """The classes that hold pictures to learn from."""
    return {one.label for one in placed if one.label and not one.aside and one.part in ("", TRAIN)}


def _level(walk: _Walk, node: Node, part: str) -> None:
    """One level: wrappers are looked through, then parts are told from classes."""
    node = _without_masks(walk, node, part)
    while len(node.folders) == 1 and not roles.roles_among(node.folders):
        only = next(iter(node.folders.values()))
        if not only.folders:
            break
        walk.put(node.files, part)
        node = _without_masks(walk, only, part)
    parts = _parts(node)
    if parts:
        _beside_parts(walk, node, parts, part)
        return
    merged = _merged(node)
    if merged is not node:
        _level(walk, merged, part)
        return
    walk.put(node.files, part)
    for name, folder in node.folders.items():
        _class(walk, folder, part, name)


def _without_masks(walk: _Walk, node: Node, part: str, label: str = "") -> Node:
    """The folder with its masks set aside and "images" looked through, where both are there."""
    masks = [name for name in node.folders if roles.is_masks(name)]
    images = [name for name in node.folders if roles.is_images(name)]
    if not masks or not images:
        return node
    rest = Node(node.name, files=list(node.files))
    for name, folder in node.folders.items():
        if name in masks:
            walk.put(list(folder.below()), part, label, MASK)
        elif name in images:
            rest.take_in(folder)
        else:
            rest.folders.setdefault(name, Node(name)).take_in(folder)
    return rest


def _parts(node: Node) -> dict[str, str]:
    """The subfolders that are training, validation and test part, with their roles."""
    named = roles.roles_among(node.folders)
    others = [name for name in node.folders if name not in named]
    if not others:
        return named
    if any(node.folders[name].folders for name in named):  # no class has classes in it
        return named
    roles_named = set(named.values())
    return {n: role for n, role in named.items() if _flat_is_part(role, roles_named, others)}


def _flat_is_part(role: str, named: set[str], others: list[str]) -> bool:
    """Whether a folder of pictures named like a part is one, beside folders that are none.

    "train" can be a vehicle, "valid" stand beside "invalid", and "test" beside "control".
    """
    if role == TRAIN:
        return len(named) > 1
    return TRAIN in named or (role != VALIDATION and len(others) > 1)


def _beside_parts(walk: _Walk, node: Node, parts: dict[str, str], part: str) -> None:
    walk.put(node.files, part)
    classes: set[str] = set()
    for name, role in parts.items():
        _part(walk, node.folders[name], UNLABELED if part == UNLABELED else role)
        classes |= _class_names(node.folders[name])
    rest = Node(node.name)
    for name, folder in node.folders.items():
        if name in parts:
            continue
        inner = set(folder.folders)
        if inner and (inner <= set(node.folders) or len(inner & set(node.folders)) > 1):
            _level(walk, folder, part)  # the same folders once more, one level deeper
        elif inner & classes:
            _level(walk, folder, part)  # "rps" beside "rps-test-set"
        elif name not in classes and (
            {TRAIN, TEST} <= set(parts.values())
            or {TRAIN, VALIDATION} <= set(parts.values())
            or roles.is_extra(name)
        ):
            walk.put(list(folder.below()), part, aside=name)
        else:
            rest.folders[name] = folder
    for name, folder in rest.folders.items():
        _class(walk, folder, part, name)


def _class_names(node: Node) -> set[str]:
    """The names of the class folders below a part, its wrappers looked through."""
    while len(node.folders) == 1:
        only = next(iter(node.folders.values()))
        if not only.folders:
            break
        node = only
    return set(node.folders)


def _part(walk: _Walk, folder: Node, role: str) -> None:
    if role == UNLABELED:
        walk.put(list(folder.below()), UNLABELED)
    else:
        _level(walk, folder, role)


def _merged(node: Node) -> Node:
    """The folder with what lies in numbered parts, or in a copy of it, one level higher."""
    names = list(node.folders)
    if roles.are_parts(names):
        inside = names
    else:
        inside = [name for name in names if _is_copy(node.folders[name], names)]
    if not inside:
        return node
    merged = Node(node.name, files=list(node.files))
    for name in inside:
        merged.take_in(node.folders[name])
    for name in names:
        if name not in inside:
            merged.folders.setdefault(name, Node(name)).take_in(node.folders[name])
    return merged


def _is_copy(folder: Node, siblings: list[str]) -> bool:
    """Whether a folder holds the folders it stands beside: "pets/cat" beside "cat"."""
    inner = set(folder.folders)
    return bool(inner) and len(inner & set(siblings)) >= min(2, len(inner))


def _class(walk: _Walk, folder: Node, part: str, label: str) -> None:
    """Everything below one class; it may be divided into parts, or into images and masks."""
    folder = _without_masks(walk, folder, part, label)
    walk.put(folder.files, part, label)
    named = roles.roles_among(folder.folders)
    parts = named if len(named) == len(folder.folders) else {}
    for name, inner in folder.folders.items():
        _class(walk, inner, part or parts.get(name, ""), label)


def _agreed(placed: list[Placed]) -> list[Placed]:
    """Classes of validation and test part named as the training part names them; others none.

    Where nothing is left to learn from, what was called test or validation is.
    """
    for part in (TEST, VALIDATION):
        if not training_classes(placed):
            placed = [replace(one, part="" if one.part == part else one.part) for one in placed]
    known = training_classes(placed)
    same = _by_loose_name(known)
    return [
        _known_as(one, same.get(_loosely(one.label), ""))
        if one.part in (VALIDATION, TEST) and one.label and one.label not in known
        else one
        for one in placed
    ]


def _known_as(one: Placed, label: str) -> Placed:
    return replace(one, label=label, untaught="" if label else one.label)


def _by_loose_name(labels: set[str]) -> dict[str, str]:
    """Labels by what is left of them without case and separators, where that is one label's."""
    found: dict[str, list[str]] = {}
    for label in labels:
        found.setdefault(_loosely(label), []).append(label)
    return {loose: same[0] for loose, same in found.items() if len(same) == 1}


def _loosely(label: str) -> str:
    """A class's name without what differs by accident: case, separators, leading zeros."""
    plain = "".join(ch for ch in label.casefold() if ch.isalnum())
    return plain.lstrip("0") or plain
