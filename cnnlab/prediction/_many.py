"""A whole test part through a `model.tflite`: one interpreter for each core."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from cnnlab.errors import LabError
from cnnlab.prediction._damage import damage_explained


def answer_all(content: bytes, pictures: np.ndarray, threads: int = 0) -> np.ndarray:
    """Probabilities `(n, classes)` for uint8 pictures `(n, height, width, channels)`.

    Args:
        content: A LiteRT file that takes one float32 picture in 0..1.
        pictures: In the network's own size.
        threads: 0: one for each core.

    Raises:
        LabError: the file is damaged, or takes pictures of another size.
    """
    count = min(threads or os.cpu_count() or 1, max(1, len(pictures)))
    parts = np.array_split(pictures, count)
    with ThreadPoolExecutor(count) as pool:
        return np.concatenate(list(pool.map(lambda part: _answer(content, part), parts)))


def _answer(content: bytes, pictures: Sequence[np.ndarray]) -> np.ndarray:
    with damage_explained("The LiteRT file"):
        return _answers(content, pictures)


def _answers(content: bytes, pictures: Sequence[np.ndarray]) -> np.ndarray:
    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    entry, end = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    if len(pictures) and tuple(entry["shape"][1:]) != pictures[0].shape:
        raise LabError(
            f"The file takes pictures of {tuple(entry['shape'][1:])}. "
            f"Received: {pictures[0].shape}."
        )
    answers = np.empty((len(pictures), end["shape"][-1]), np.float32)
    for number, picture in enumerate(pictures):
        interpreter.set_tensor(entry["index"], picture[None].astype("float32") / 255)
        interpreter.invoke()
        answers[number] = interpreter.get_tensor(end["index"])[0]
    return answers


def caller(content: bytes, picture: np.ndarray) -> Callable[[], None]:
    """A function that answers one picture `(1, h, w, c)` each time it is called; to be timed.

    Raises:
        LabError: the file is damaged.
    """
    with damage_explained("The LiteRT file"):
        interpreter = Interpreter(model_content=content, num_threads=1)
        interpreter.allocate_tensors()
        entry = interpreter.get_input_details()[0]["index"]
        end = interpreter.get_output_details()[0]["index"]

    def call() -> None:
        interpreter.set_tensor(entry, picture)
        interpreter.invoke()
        interpreter.get_tensor(end)

    with damage_explained("The LiteRT file"):
        call()  # some damage shows only here
    return call
