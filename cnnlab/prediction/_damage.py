"""What a damaged LiteRT file makes of its readers, as one sentence.

The format has no checksum: one flipped bit may lead anywhere, and shows as whatever the reader of
its tables or the interpreter happens to trip over.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from cnnlab.errors import DAMAGED, LabError, reason


@contextmanager
def damage_explained(whose: str, way_out: str = "make it again") -> Iterator[None]:
    """Turn what a damaged file makes of the block into a `LabError`."""
    try:
        yield
    except LabError:
        raise
    except DAMAGED as error:
        raise LabError(f"{whose} is damaged ({reason(error)}): {way_out}.") from None
