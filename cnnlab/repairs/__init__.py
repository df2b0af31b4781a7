"""What can be mended in data before a training: one file for each repair, NumPy alone.

A function takes the data and returns them mended; the test part stays as it was.
"""

from cnnlab.datasets import Data
from cnnlab.registry import FunctionCard, Registry
from cnnlab.schema import Recipe

REPAIRS: Registry[FunctionCard] = Registry("repair", FunctionCard, "cnnlab.repairs")
repair = REPAIRS.register


def repaired(data: Data, recipe: Recipe) -> Data:
    """The data after the recipe's repair.

    Raises:
        LabError: it would leave a class without training pictures.
    """
    made: Data = REPAIRS[recipe.repair].function(data)
    return made
