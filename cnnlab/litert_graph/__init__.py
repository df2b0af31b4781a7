"""A LiteRT file as a list of steps in plain Python: what the lab's own runtimes are made from.

One picture at a time: the batch is 1 throughout, so what a file works out about shapes is worked
out here once and for all, and shape operators vanish.
"""

from cnnlab.litert_graph._graph import Graph, Step, Value
from cnnlab.litert_graph._reading import read
from cnnlab.litert_graph._shapes import same_padding, window

__all__ = ["Graph", "Step", "Value", "read", "same_padding", "window"]
