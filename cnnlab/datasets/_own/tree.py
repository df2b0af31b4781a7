"""Folders of pictures as a tree."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cnnlab.datasets._own.sources import File


@dataclass
class Node:
    """One folder: its subfolders that hold pictures somewhere, and its own pictures."""

    name: str = ""
    folders: dict[str, "Node"] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)

    def below(self) -> Iterator[File]:
        """Every picture in it, at any depth."""
        yield from self.files
        for folder in self.folders.values():
            yield from folder.below()

    def take_in(self, other: "Node") -> None:
        """What another folder holds, as if it lay here."""
        self.files += other.files
        for name, folder in other.folders.items():
            self.folders.setdefault(name, Node(name)).take_in(folder)


def grow(files: Iterable[File]) -> Node:
    """The tree of the pictures' folders. Spaces around a folder's name do not count."""
    root = Node()
    for file in files:
        place = root
        for part in file.path[:-1]:
            name = part.strip() or part
            place = place.folders.setdefault(name, Node(name))
        place.files.append(file)
    return root
