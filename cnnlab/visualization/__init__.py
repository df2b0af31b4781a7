"""Ways to look inside a trained network: one file per method.

kernels      the weights themselves, from a run's snapshots; light, for the server
activations  what every layer makes of a picture
arithmetic   every number on the way to one value
heat         where in a picture the network saw a class; its methods are registered by
             `@heat_map`, one file each: gradcam, saliency, smoothgrad, integrated, occlusion
sanity       the same heat maps after the weights were shuffled
maximization, patches   what a filter wants: a picture made for it, pictures found for it
samples      pictures of a dataset to look at

Everything is written for any Sequential or functional model (`_opened`). Keras is loaded by
`_calls`, `_opened` and `_gradients` only when a model is at hand, so that the server can read
the results and the methods' descriptions without it; the work is done in the engine.
"""

from dataclasses import dataclass

from cnnlab.registry import FunctionCard, Registry


@dataclass(frozen=True, kw_only=True)
class HeatMapCard(FunctionCard):
    """A method that says where the network looked.

    The function takes an opened model, a picture `(h, w, c)`, a class and the number of a
    layer, and gives a heat map `(h, w)` in floats. `signed` maps have parts that speak against
    the class; `by_layer` methods look at the chosen layer's maps, the others at the whole
    network; `unit` says what a value of the map is.
    """

    unit: str
    signed: bool = False
    by_layer: bool = False


HEAT_MAPS: Registry[HeatMapCard] = Registry(
    "heat map", HeatMapCard, "cnnlab.visualization.attribution"
)
heat_map = HEAT_MAPS.register
