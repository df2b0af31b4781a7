"""How a LiteRT file is asked."""

from pathlib import Path

import numpy as np


def ask_litert(model_file: Path, pictures: np.ndarray) -> np.ndarray:
    """Probabilities `(n, classes)` for float32 pictures `(n, height, width, channels)` in 0..1."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(model_file))
    interpreter.allocate_tensors()
    (given,), (asked,) = interpreter.get_input_details(), interpreter.get_output_details()
    answers = []
    for picture in pictures:
        interpreter.set_tensor(given["index"], picture[None])
        interpreter.invoke()
        answers.append(interpreter.get_tensor(asked["index"])[0].copy())
    return np.array(answers)
