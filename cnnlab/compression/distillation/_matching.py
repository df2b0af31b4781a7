"""Where a teacher and its student differ, and which tensors on either side of that are alike."""

from dataclasses import dataclass

import keras

from cnnlab.compression.distillation._objective import Network, map_layers


@dataclass(frozen=True)
class Match:
    """Layers by name; "" where there is none.

    `exit` stands behind all that changed and makes tensors of one shape in both networks;
    `teacher_last` and `student_last` make the last maps before it is pooled; `entry` is the last
    layer before anything changed.
    """

    entry: str
    exit: str
    teacher_last: str
    student_last: str


def match(teacher: Network, student: Network) -> Match:
    """What the two networks have in common before and behind the part that was compressed.

    Layers are the same when name, class, weights' shapes and output agree. Networks of one
    family are matched so; of two families only by the size of their maps, at the last of them.
    """
    old, new = teacher.model.layers, student.model.layers
    signs = {_sign(layer) for layer in old} & {_sign(layer) for layer in new}
    common = {name for name, *_ in signs}
    before = _before(old, common) & _before(new, common)
    behind = _behind(old, common) & _behind(new, common)
    maps = map_layers(student)
    entry = next((name for name in reversed(maps) if name in before), "")
    exit_ = next((name for name in maps if name in behind), "")
    if not exit_:
        return Match(entry, "", *_last_of_one_size(teacher, student))
    return Match(entry, exit_, _unpooled(teacher, exit_), _unpooled(student, exit_))


def inherited(student: keras.Model, teacher: keras.Model) -> list[str]:
    """Give the student every layer of the teacher with the same name and size; their names."""
    theirs = {layer.name: layer for layer in teacher.layers}
    taken = []
    for layer in student.layers:
        source = theirs.get(layer.name)
        if not layer.weights or source is None or type(source) is not type(layer):
            continue
        if [w.shape for w in layer.weights] == [w.shape for w in source.weights]:
            layer.set_weights(source.get_weights())
            taken.append(layer.name)
    return taken


def _sign(layer: keras.Layer) -> tuple:
    output = layer.output
    shape = None if isinstance(output, list | tuple | dict) else tuple(output.shape)
    return layer.name, type(layer).__name__, shape, tuple(tuple(w.shape) for w in layer.weights)


def _changed(layers: list[keras.Layer], common: set[str]) -> list[int]:
    return [i for i, layer in enumerate(layers) if layer.weights and layer.name not in common]


def _before(layers: list[keras.Layer], common: set[str]) -> set[str]:
    first = min(_changed(layers, common), default=len(layers))
    return {layer.name for layer in layers[:first]} & common


def _behind(layers: list[keras.Layer], common: set[str]) -> set[str]:
    last = max(_changed(layers, common), default=len(layers))
    return {layer.name for layer in layers[last + 1 :]} & common


def _unpooled(network: Network, name: str) -> str:
    """The layer before `name` where `name` only pools."""
    layers = {layer.name: layer for layer in network.model.layers}
    layer = layers[name]
    if "Pooling" not in type(layer).__name__:
        return name
    return next((n for n in layers if layers[n].output is layer.input), name)


def _last_of_one_size(teacher: Network, student: Network) -> tuple[str, str]:
    """The last maps of both, of one height and width where there are such."""
    theirs, ours = map_layers(teacher), map_layers(student)
    for name in reversed(ours):
        for other in reversed(theirs):
            if student.layer(name).shape[1:3] == teacher.layer(other).shape[1:3]:
                return other, name
    return (theirs or [""])[-1], (ours or [""])[-1]
