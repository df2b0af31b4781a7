"""The same network trained by PyTorch itself, where it is installed: native, channels last.

One process describes the Keras network, another builds it anew with `torch.nn` alone, for the two
frameworks do not share a process well.
"""

import importlib.util
import json
import subprocess
import sys

from cnnlab import paths
from cnnlab.benchmarks import _turns
from cnnlab.errors import LabError

_DESCRIBE = """
import json, sys
from cnnlab import architectures, keras_graph

model = architectures.build(sys.argv[1])
graph = keras_graph.walk(model)
layers = [
    {"kind": call.kind, "config": call.layer.get_config(), "inputs": graph.shape(call.inputs[0])}
    for call in graph
]
learned = sum(v.shape.num_elements() for v in model.trainable_variables)
spec = {"layers": layers, "learned": learned, "shape": model.input_shape[1:]}
print(json.dumps(spec, default=str))
"""
# What `_TRAIN` can translate, in networks whose layers stand in a row.
_KINDS = {
    *("Conv2D", "Dense", "BatchNormalization", "Activation", "ReLU", "Softmax", "Dropout"),
    *("MaxPooling2D", "AveragePooling2D", "Flatten", "GlobalAveragePooling2D"),
}
_TRAIN = """
import time
import torch
from torch import nn
from cnnlab import datasets

dataset, epochs, batch, limit = sys.argv[2], *map(int, sys.argv[3:6])
BENDS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "elu": nn.ELU, "gelu": nn.GELU,
         "selu": nn.SELU, "linear": nn.Identity, "softmax": nn.Identity}  # the loss takes logits

def translated(kind, config, inputs):
    channels = inputs[-1]
    if kind == "Conv2D":
        side, step = config["kernel_size"], config["strides"]
        same = config["padding"] == "same"
        padding = [k // 2 for k in side] if same and max(step) > 1 else config["padding"]
        return [nn.Conv2d(channels, config["filters"], side, step, padding,
                          groups=config["groups"], bias=config["use_bias"]),
                BENDS[config["activation"]]()]
    if kind == "Dense":
        return [nn.Linear(channels, config["units"], bias=config["use_bias"]),
                BENDS[config["activation"]]()]
    if kind == "BatchNormalization":
        norm = nn.BatchNorm1d if len(inputs) == 1 else nn.BatchNorm2d
        return [norm(channels, config["epsilon"], 1 - config["momentum"])]
    if kind in ("Activation", "ReLU", "Softmax"):
        return [BENDS[config.get("activation") or kind.lower()]()]
    if kind == "Dropout":
        return [nn.Dropout(config["rate"])]
    if kind in ("MaxPooling2D", "AveragePooling2D"):
        pool = nn.MaxPool2d if kind == "MaxPooling2D" else nn.AvgPool2d
        return [pool(config["pool_size"], config["strides"], ceil_mode=config["padding"] == "same")]
    if kind == "Flatten":
        return [nn.Flatten()]
    if kind == "GlobalAveragePooling2D":
        return [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    sys.exit(f"no translation for a layer of type {kind}")

model = nn.Sequential(*[part for layer in spec["layers"] for part in translated(**layer)])
model = model.to(memory_format=torch.channels_last)
learned = sum(p.numel() for p in model.parameters())
if learned != spec["learned"]:
    sys.exit(f"{learned} parameters to learn where Keras has {spec['learned']}")
data = datasets.load(dataset, spec["shape"], limit=limit or None)
x = torch.from_numpy(data.x_train.astype("float32") / 255).permute(0, 3, 1, 2)
y = torch.from_numpy(data.y_train.astype("int64"))
optimizer = torch.optim.Adam(model.parameters(), eps=1e-7)
loss_of = nn.CrossEntropyLoss()
model.train()
for epoch in range(epochs):
    go()
    started = time.perf_counter()
    order = torch.randperm(len(x))
    right = 0
    for start in range(0, len(x), batch):
        chosen = order[start : start + batch]
        predicted = model(x[chosen].contiguous(memory_format=torch.channels_last))
        loss = loss_of(predicted, y[chosen])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        right += int((predicted.argmax(1) == y[chosen]).sum())
    done({"torch": len(x) / (time.perf_counter() - started)})
"""


def installed() -> bool:
    """Whether there is a PyTorch here."""
    return importlib.util.find_spec("torch") is not None


def program(name: str) -> str:
    """A program for `turns` that trains the architecture `name`; "" for one beyond translation.

    Its arguments: any word, dataset, epochs, batch size, pictures (0: all).

    Raises:
        LabError: the network could not be described.
    """
    command = [sys.executable, "-c", _DESCRIBE, name]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise LabError(f"{name} could not be described for PyTorch: {reason}")
    spec = done.stdout.splitlines()[-1]
    if {layer["kind"] for layer in json.loads(spec)["layers"]} - _KINDS:
        return ""
    return f"{_turns.PROTOCOL}spec = json.loads({spec!r})\n{_TRAIN}"
