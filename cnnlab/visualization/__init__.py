"""Ways to look inside a trained network: one file per method.

attribution/  where in a picture the network saw a class: a file for each method, registered by
              `@attribution_method`; `heat` runs several, `sanity` shuffles the weights first
features/     what layers hold and want: `kernels`, the weights, from a run's snapshots (light, for
              the server); `activations`, the feature maps of a picture; `maximization`, a picture
              made for a filter; `patches`, pictures found for it
arithmetic/   every number on the way to one value
samples       pictures of a dataset to look at

Everything is written for any Sequential or functional model (`_opened`). Keras is loaded by
`_calls`, `_opened` and `_gradients` only when a model is at hand, so that the server can read
the results and the methods' descriptions without it; the work is done in the engine.
"""

from dataclasses import dataclass

from cnnlab.registry import FunctionCard, Registry


@dataclass(frozen=True, kw_only=True)
class AttributionCard(FunctionCard):
    """A method that says where the network looked.

    The function takes an opened model, a picture `(h, w, c)`, a class and the number of a
    layer, and gives a heat map `(h, w)` in floats. `signed` maps have parts that speak against
    the class; `by_layer` methods look at the chosen layer's maps, the others at the whole
    network; `unit` says what a value of the map is, and `is_default` that one begins with it.
    """

    unit: str
    signed: bool = False
    by_layer: bool = False
    is_default: bool = False


ATTRIBUTIONS: Registry[AttributionCard] = Registry(
    "heat map", AttributionCard, "cnnlab.visualization.attribution"
)
attribution_method = ATTRIBUTIONS.register
