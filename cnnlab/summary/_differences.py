"""Two layer tables side by side, the layers they share on one line."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnlab.summary import LayerRow, Summary


@dataclass(frozen=True)
class Pair:
    """One line of the comparison; None where the network has no layer to match.

    `same`: type, output and parameters are equal, whatever the layers are called.
    """

    left: "LayerRow | None"
    right: "LayerRow | None"
    same: bool


def differences(left: "Summary", right: "Summary") -> tuple[Pair, ...]:
    """The layers of both networks in order; equal ones meet, changed ones stand side by side."""
    matcher = SequenceMatcher(
        a=[_sign(row) for row in left.layers],
        b=[_sign(row) for row in right.layers],
        autojunk=False,
    )
    pairs = []
    for tag, i, k, j, m in matcher.get_opcodes():
        here, there = left.layers[i:k], right.layers[j:m]
        for number in range(max(len(here), len(there))):
            one = here[number] if number < len(here) else None
            other = there[number] if number < len(there) else None
            pairs.append(Pair(one, other, tag == "equal"))
    return tuple(pairs)


def _sign(row: "LayerRow") -> tuple[object, ...]:
    """What makes two layers the same."""
    return row.type, row.output_shape, row.params, row.macs
