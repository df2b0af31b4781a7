"""No repair."""

from cnnlab.datasets import Data
from cnnlab.repairs import repair


@repair(title="None")
def none(data: Data) -> Data:
    """The data as they are."""
    return data
