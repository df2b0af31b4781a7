"""What the engine is asked about itself."""

import os
from dataclasses import dataclass

from cnnlab.question import LIGHT, Question


@dataclass(frozen=True)
class Pid(Question[int]):
    """The number of the process that answers light questions; it is there once Keras is."""

    lane = LIGHT

    def answer(self) -> int:
        """Runs in the engine."""
        return os.getpid()
