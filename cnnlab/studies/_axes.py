"""The four costs a study may be about."""

from collections.abc import Callable
from dataclasses import dataclass

from cnnlab.schema import Costs


@dataclass(frozen=True)
class Axis:
    """One cost: its name, words for a title and after a number, and where it stands.

    `usual` is the range a reader begins with; `int8` says that a file in 8 bits is asked for.
    """

    name: str
    title: str
    unit: str
    of: Callable[[Costs], int | None]
    usual: tuple[int, int]
    int8: bool = False

    def words(self, value: float) -> str:
        """Such as "1,292 parameters"."""
        return f"{value:,.0f} {self.unit}"


AXES = {
    axis.name: axis
    for axis in (
        Axis("params", "Parameters", "parameters", lambda costs: costs.params, (50, 50_000)),
        Axis(
            *("bytes", "Bytes of the int8 file", "bytes", lambda costs: costs.int8_bytes),
            (3_000, 60_000),
            int8=True,
        ),
        Axis(
            *("ram", "Bytes of feature maps at once", "bytes of memory"),
            lambda costs: costs.memory_bytes,
            (3_000, 150_000),
        ),
        Axis(
            *("macs", "MACs for one picture", "MACs", lambda costs: costs.macs),
            (1_000, 10_000_000),
        ),
    )
}
