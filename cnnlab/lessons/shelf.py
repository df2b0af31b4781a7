"""All lessons there are, the lab's and the teacher's; and the truth behind a guess."""

from collections.abc import Collection
from dataclasses import dataclass

from cnnlab.errors import LabError
from cnnlab.lessons._cards import FIGURES, LESSONS, Lesson, Truth
from cnnlab.lessons._files import parsed, teachers_dir
from cnnlab.schema import Guess

OWN = "own"  # in place of a run's name: the one the pupil looks at
MOST_FILES = 200


class NotYet(LabError):  # noqa: N818 - reads as what it says
    """The pupil's own network is asked, and there is none so far."""


@dataclass(frozen=True)
class Refused:
    """A teacher's file that is no lesson, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class Shelf:
    """The lessons, in their order, and the files that were refused."""

    lessons: tuple[Lesson, ...]
    refused: tuple[Refused, ...]

    def find(self, name: str) -> Lesson:
        """The lesson of this name.

        Raises:
            LabError: there is none, or its file does not fit.
        """
        for lesson in self.lessons:
            if lesson.name == name:
                return lesson
        for one in self.refused:
            if one.file == f"{name}.toml":
                raise LabError(one.reason)
        raise LabError(f"There is no lesson {name!r} (any more): choose one of the list.")


def shelf(pages: Collection[str] = ()) -> Shelf:
    """Every lesson; a damaged file of a teacher is named with its reason, and no other suffers."""
    found, refused = {lesson.name: lesson for lesson in LESSONS}, []
    folder = teachers_dir()
    if folder is not None and not folder.is_dir():
        refused.append(Refused("CNNLAB_LESSONS", f"CNNLAB_LESSONS is no folder: {folder}."))
    for file in sorted(folder.glob("*.toml"))[:MOST_FILES] if folder else ():
        try:
            lesson = parsed(file, pages, taught_here=True)
            if lesson.name in found:
                raise LabError(f"{file.name}: there is a lesson of this name: rename the file.")
            found[lesson.name] = lesson
        except LabError as error:
            refused.append(Refused(file.name, str(error)))
    in_order = sorted(found.values(), key=lambda one: (one.turn, one.title))
    return Shelf(tuple(in_order), tuple(refused))


def truth(guess: Guess, own: str = "") -> Truth:
    """What was to be guessed, computed now; `own` is the run the pupil looks at.

    Raises:
        NotYet: it is about a network of the pupil's own, and there is none.
        LabError: a run is gone, was not measured, or the engine could not answer.
    """
    asked = {key: own if value == OWN else value for key, value in guess.of.items()}
    if "" in asked.values():
        raise NotYet("Your guess is kept. Train your network now, as the step says.")
    found = FIGURES[guess.figure].function(**asked)
    assert isinstance(found, Truth)
    return found
