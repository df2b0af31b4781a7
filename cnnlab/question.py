"""What the server asks the engine: an object that knows how to find its own answer.

A room keeps its questions in a `questions.py` that loads no Keras, so that the server can make
them. They travel to the engine, and `answer` runs there: it imports what computes.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar

from cnnlab import progress
from cnnlab.errors import LabError

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

GIB = 1024**3
MOST_BYTES = 8 * GIB  # for a file from outside: VGG19, the largest let in, takes 6 of them


@dataclass(frozen=True)
class Lane:
    """A line of questions and the process that answers them, one after the other.

    Attributes:
        name: What the process is called.
        niceness: How much it yields to others, 0 to 19, on top of the engine's own.
        idle_s: After so long without a question its process ends, and its memory is given back.
        memory_bytes: The most it may take beyond what Keras takes; None: no limit.
    """

    name: str
    niceness: int = 5
    idle_s: float = 900.0
    memory_bytes: int | None = None


LIGHT = Lane("light", niceness=0)  # layer tables, scripts: parts of a second
VIEWS = Lane("views")  # one picture through one network: seconds
LONG = Lane("long", idle_s=300.0)  # whole test parts, exports, plans: up to minutes
CONVERSIONS = Lane("conversions", idle_s=60.0, memory_bytes=MOST_BYTES)  # into other formats
FOREIGN = Lane("foreign", idle_s=30.0, memory_bytes=MOST_BYTES)  # files from outside the lab


class Question(ABC, Generic[R_co]):
    """One question, and by `R_co` the type of its answer; a frozen dataclass of plain data."""

    @property
    def lane(self) -> Lane:
        """Beside which others it waits."""
        return VIEWS

    @property
    def limit_s(self) -> float:
        """After so many seconds of computing it is ended."""
        return 60.0

    @abstractmethod
    def answer(self) -> R_co:
        """Compute it. Runs in the engine, the one place where this may load Keras.

        Raises:
            LabError: what the reader can mend; it is raised again where it was asked.
        """


@dataclass(frozen=True)
class Each(Question["tuple[R | LabError, ...]"], Generic[R]):
    """Several questions of a lane at once; one that is refused does not keep the others."""

    questions: tuple[Question[R], ...]

    @property
    def lane(self) -> Lane:
        """That of the first."""
        return self.questions[0].lane

    @property
    def limit_s(self) -> float:
        """As long as all of them may take."""
        return sum(question.limit_s for question in self.questions)

    def answer(self) -> "tuple[R | LabError, ...]":
        """Runs in the engine."""
        return tuple(
            _answer_or_error(question, done, len(self.questions))
            for done, question in enumerate(self.questions)
        )


def _answer_or_error(question: Question[R], done: int, total: int) -> R | LabError:
    progress.tell(done, total, "done")
    try:
        return question.answer()
    except LabError as error:
        return error
