"""Constants as C writes them.

Shapes: any; C gets them flat, the last axis fastest.
"""

import numpy as np

_WIDTH = 96
_TYPES = {"int8": "int8_t", "uint8": "uint8_t", "uint16": "uint16_t", "int32": "int32_t"}


class Constants:
    """Arrays that stay in flash, each once."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, bytes], str] = {}
        self.lines: list[str] = []

    def name(self, values: np.ndarray | None, what: str) -> str:
        """The array's name in C; a null pointer for none."""
        if values is None:
            return "0"
        key = str(values.dtype), values.tobytes()
        if key not in self._names:
            self._names[key] = f"{what}_{len(self._names)}"
            kind = f"static const {_TYPES[str(values.dtype)]} {self._names[key]}"
            self.lines.append(f"{kind}[{values.size}] ROM = {{\n{rows(values)}}};")
        return self._names[key]


def rows(values: np.ndarray) -> str:
    """Numbers with commas, line by line."""
    lines, line = [], ""
    for word in (f"{value}," for value in values.ravel().tolist()):
        if len(line) + len(word) > _WIDTH:
            lines.append(line)
            line = ""
        line += word
    return "\n".join([*lines, line]) + "\n"
