"""Where a teacher and its student differ, and which tensors on either side of that are alike."""

from dataclasses import dataclass
from typing import Any

import keras

from cnnlab.compression.distillation._objective import Classifier, feature_map_layers
from cnnlab.keras_graph import INPUT, Call, Graph, layers, walk


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


def match(teacher: Classifier, student: Classifier) -> Match:
    """What the two networks have in common before and behind the part that was compressed.

    Layers are the same when name, class, weights' shapes and output agree. Networks of one
    family are matched so; of two families only by the size of their maps, at the last of them.
    """
    signs = set(map(_sign, teacher.graph)) & set(map(_sign, student.graph))
    common = {name for name, *_ in signs}
    before = _before(teacher.graph, common) & _before(student.graph, common)
    behind = _behind(teacher.graph, common) & _behind(student.graph, common)
    maps = feature_map_layers(student)
    entry = next((name for name in reversed(maps) if name in before), "")
    exit_ = next((name for name in maps if name in behind), "")
    if not exit_:
        return Match(entry, "", *_last_of_one_size(teacher, student))
    return Match(entry, exit_, _unpooled(teacher, exit_), _unpooled(student, exit_))


def inherited(student: keras.Model, teacher: keras.Model) -> list[str]:
    """Give the student every layer of the teacher that is the same; their names.

    The same are layers of one name, kind and size that read the same kind of thing. A new head that
    reads feature maps where the teacher's read a dense layer starts anew, though by chance it has
    the name and the size of the old one.
    """
    sources = layers(teacher)
    before, after = _kinds_read(walk(teacher)), _kinds_read(walk(student))
    taken = []
    for name, layer in layers(student).items():
        source = sources.get(name)
        if not layer.weights or source is None or type(source) is not type(layer):
            continue
        if before.get(name) != after.get(name):
            continue
        if [w.shape for w in layer.weights] == [w.shape for w in source.weights]:
            layer.set_weights(source.get_weights())
            taken.append(name)
    return taken


def _kinds_read(graph: Graph) -> dict[str, frozenset[str]]:
    """By layer, the kinds of the nearest layers with a kernel that it reads from."""
    made = {INPUT: frozenset({"picture"})}
    found = {}
    for call in graph:
        reads = frozenset[str]().union(*(made[read] for read in call.reads))
        found[call.name] = reads
        made[call.number] = frozenset({call.kind}) if hasattr(call.layer, "kernel") else reads
    return found


def _sign(call: Call) -> tuple[Any, ...]:
    return call.name, call.kind, call.shapes, tuple(tuple(w.shape) for w in call.weights)


def _changed(graph: Graph, common: set[str]) -> list[int]:
    return [call.number for call in graph if call.weights and call.name not in common]


def _before(graph: Graph, common: set[str]) -> set[str]:
    first = min(_changed(graph, common), default=len(graph.calls))
    return {call.name for call in graph.calls[:first]} & common


def _behind(graph: Graph, common: set[str]) -> set[str]:
    last = max(_changed(graph, common), default=len(graph.calls))
    return {call.name for call in graph.calls[last + 1 :]} & common


def _unpooled(network: Classifier, name: str) -> str:
    """The layer before `name` where `name` only pools."""
    call = network.graph.call(name)
    if "Pooling" not in call.kind:
        return name
    return network.graph.maker(call.inputs[0]) or name


def _last_of_one_size(teacher: Classifier, student: Classifier) -> tuple[str, str]:
    """The last maps of both, of one height and width where there are such."""
    teacher_layers, student_layers = feature_map_layers(teacher), feature_map_layers(student)
    for name in reversed(student_layers):
        for other in reversed(teacher_layers):
            if student.layer(name).shape[1:3] == teacher.layer(other).shape[1:3]:
                return other, name
    return (teacher_layers or [""])[-1], (student_layers or [""])[-1]
