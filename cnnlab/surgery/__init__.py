"""Surgery: one filter of a trained network silenced, negated, swapped, blurred, replaced, copied.

operations/   what can be done, a card each, in NumPy
plan          a list of operations in words, in an address and on the command line
operating     the operations carried out in a model, and what became of its answers
filter_facts  one filter: what it costs to lose it, and the classes it answers to
saving        a network operated on, kept as a run of its own
"""

from cnnlab.surgery._cards import (
    FILTER_OPERATIONS,
    FilterWeights,
    OperationCard,
    all_operations,
    filter_operation,
)

__all__ = [
    "FILTER_OPERATIONS",
    "FilterWeights",
    "OperationCard",
    "all_operations",
    "filter_operation",
]
