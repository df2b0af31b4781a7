"""What a way to spoil a picture is: its range, its unit, and how it is said."""

from dataclasses import dataclass

import numpy as np

from cnnlab.errors import LabError
from cnnlab.registry import FunctionCard, Registry


@dataclass(frozen=True, kw_only=True)
class TransformCard(FunctionCard):
    """A way to change pictures, more or less.

    The function takes `(pictures, strength, seed)`, pictures float32 `(n, height, width, channels)`
    in 0..1, and gives as many of the same size; the same seed gives the same pictures.

    Attributes:
        low: The least strength; `high` the greatest.
        unchanged: The strength at which a picture stays as it is.
        unit: Of a strength, in words.
        phrases: What was done, below and above `unchanged`; `{by}` is how far from there, `{to}`
            the strength itself.
        turn: Its place among the transforms, the lowest first.
    """

    low: float
    high: float
    unchanged: float
    unit: str
    phrases: tuple[str, str]
    turn: int

    def words(self, strength: float) -> str:
        """Such as "turned right by 23 degrees"."""
        if strength == self.unchanged:
            return "unchanged"
        template = self.phrases[strength > self.unchanged]
        return template.format(by=f"{abs(strength - self.unchanged):.3g}", to=f"{strength:.3g}")

    @property
    def ends(self) -> tuple[float, ...]:
        """The strengths farthest from unchanged, one for each direction there is."""
        return tuple(end for end in (self.low, self.high) if end != self.unchanged)

    def steps(self, count: int) -> np.ndarray:
        """Strengths `(k,)` from low to high, `count` in each direction, unchanged among them."""
        sides = [np.linspace(self.unchanged, end, count + 1)[1:] for end in self.ends]
        return np.sort(np.concatenate([[self.unchanged], *sides]))

    def apply(self, pictures: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
        """The changed pictures, all by one strength.

        Args:
            pictures: `(n, height, width, channels)`, floats in 0..1; they stay as they are.
            strength: Within `low` and `high`.
            seed: For what is left to chance.

        Returns:
            float32, of the same shape, in 0..1.

        Raises:
            LabError: a strength out of range.
        """
        if not self.low <= strength <= self.high:
            raise LabError(
                f"{self.title} goes from {self.low:g} to {self.high:g} {self.unit}. "
                f"Received: {strength:g}."
            )
        pictures = np.asarray(pictures, np.float32)
        if strength == self.unchanged:
            return pictures
        changed = self.function(pictures, float(strength), seed)
        return np.clip(changed, 0, 1).astype(np.float32, copy=False)


TRANSFORMS: Registry[TransformCard] = Registry(
    "transform", TransformCard, "cnnlab.robustness.transforms"
)
transform = TRANSFORMS.register


def all_transforms() -> list[TransformCard]:
    """All transforms, in the order in which they are shown."""
    return sorted(TRANSFORMS, key=lambda card: card.turn)
