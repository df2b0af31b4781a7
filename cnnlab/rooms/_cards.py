"""What a class competes in: a goal of accuracy within a limit, scored on pictures held back."""

from dataclasses import dataclass
from typing import Literal

from cnnlab import datasets
from cnnlab.registry import Card, Registry

Cost = Literal["params", "int8_bytes", "ram_bytes"]
COST_TITLES: dict[Cost, str] = {
    "params": "Parameters",
    "int8_bytes": "Bytes of the int8 file",
    "ram_bytes": "Bytes of RAM in int8",
}


@dataclass(frozen=True, kw_only=True)
class RoomChallenge(Card):
    """One challenge of a class.

    Attributes:
        dataset: What it is about; where it is not on this machine, the part of it that is.
        goal: Mean accuracy over the seeds, 0..1, on the pictures held back.
        cost: What is limited, a field of `RoomScore`.
        limit: At most so much.
        int8: Whether the network is scored after the round trip through int8.
    """

    dataset: str
    goal: float
    cost: Cost
    limit: int
    int8: bool = False

    @property
    def dataset_here(self) -> str:
        """Its dataset, or the part of it that is on this machine."""
        return datasets.stand_in(self.dataset)

    @property
    def limit_words(self) -> str:
        """Such as "at most 1,000 parameters" or "at most 20,000 bytes in int8"."""
        unit = {
            "params": "parameters",
            "int8_bytes": "bytes in int8",
            "ram_bytes": "bytes of RAM in int8",
        }[self.cost]
        return f"at most {self.limit:,} {unit}"


ROOM_CHALLENGES: Registry[RoomChallenge] = Registry(
    "challenge of a room", RoomChallenge, "cnnlab.rooms"
)
