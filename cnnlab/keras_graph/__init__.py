"""The one walk of a Keras graph: which operation reads what, in an order they can run in.

Everything that asks how a network hangs together asks here: layer tables, the look inside,
pruning, the matching of teacher and student, scripts, imports. The walk goes over *operations*,
not layers: `x / 255.0` in a functional model is an operation without a layer. Models inside
models are laid open at any depth and place; shared layers give one call for each use.

Only Keras' public config is read (`Model.get_config`, `Model.operations`), and shapes come from
`compute_output_spec`, which a layer answers without being called.
"""

from cnnlab.keras_graph._files import open_file
from cnnlab.keras_graph._graph import ELEMENTWISE, INPUT, Call, Graph, Tensor, fixed
from cnnlab.keras_graph._rebuild import rebuilt
from cnnlab.keras_graph._run import Running, filled, last_readers, outputs, run, symbolic
from cnnlab.keras_graph._walk import layers, walk

__all__ = [
    "ELEMENTWISE",
    "INPUT",
    "Call",
    "Graph",
    "Running",
    "Tensor",
    "filled",
    "fixed",
    "last_readers",
    "layers",
    "open_file",
    "outputs",
    "rebuilt",
    "run",
    "symbolic",
    "walk",
]
