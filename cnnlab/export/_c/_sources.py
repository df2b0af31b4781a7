"""The files of a C export."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cnnlab import integer
from cnnlab.export._c._calls import ORDER, Program, write
from cnnlab.export._c._golden import golden_pictures
from cnnlab.export._c._numbers import rows

FOLDER = "cnn"  # an Arduino sketch lies in a folder of its own name
_PARTS = Path(__file__).parent / "parts"

_HEADER = """/* {name}: a classifier of {height}x{width}x{channels} pictures into {classes} classes,
   made by CNN Lab. No malloc, no floats: {ram} bytes of RAM, the picture included, and
   {constants} bytes of constants{packing}.

   Write CNN_INPUT_BYTES pixels, 0 to 255, row by row{order}, into cnn_input(), then call cnn_run(),
   which writes over them. Class i has the probability CNN_SCALE * (answer[i] - CNN_ZERO).
   Classes:
{labels}
*/
#ifndef CNN_H
#define CNN_H
#include <stdint.h>
#define CNN_INPUT_BYTES {input}
#define CNN_CLASSES {classes}
#define CNN_RAM_BYTES {ram}
#define CNN_SCALE {scale!r}
#define CNN_ZERO ({zero})
uint8_t *cnn_input(void);
const int8_t *cnn_run(void);
#endif
"""

_SOURCE = """/* {name}, made by CNN Lab. */
#include <string.h>
#include "cnn.h"
{common}
/* All that flows, the picture included; where each value lies was planned. */
static int8_t ram[CNN_RAM_BYTES];

{constants}

{parts}
{descriptions}

uint8_t *cnn_input(void)
{{
    return (uint8_t *)(ram + {entry});
}}

const int8_t *cnn_run(void)
{{
    place i;
    for (i = 0; i < CNN_INPUT_BYTES; i++)
        ram[{entry} + i] = {pixel};
    {calls}
    return ram + {end};
}}
"""


def sources(network: integer.Network, name: str, labels: Sequence[str]) -> dict[str, bytes]:
    """Every file by its place in the archive; `cnn.c` and `cnn.h` are all that a program needs.

    Args:
        network: Its operations joined, so that little memory is needed.
        name: Of the run.
        labels: Of the classes, in their order.
    """
    plan = integer.plan(network)
    texts = {
        "cnn.h": _header(network, plan, name, labels),
        "cnn.c": _source(network, plan, name),
        "golden.h": _golden(network),
        "main.c": (_PARTS / "main.c").read_text(),
        "cnn.ino": (_PARTS / "cnn.ino").read_text(),
    }
    return {f"{FOLDER}/{file}": text.encode() for file, text in texts.items()}


def _packing(network: integer.Network) -> str:
    """How many weights share a byte with others, for the comment in the header."""
    found: dict[int, int] = {}
    for op in network.operations:
        if isinstance(op, integer.Convolution) and op.steps is not None:
            found[op.bits] = found.get(op.bits, 0) + op.weights.size
    words = {4: "two", 2: "four"}
    return "".join(
        f";\n   {count} weights of {bits} bits lie {words[bits]} to a byte"
        for bits, count in sorted(found.items())
    )


def _plain(words: str) -> str:
    """Words that may stand in a comment of C, in one line, whatever a reader called things.

    No end and no beginning of a comment, no line that goes on in the next, no trigraph.
    """
    line = " ".join(words.split()).encode("ascii", "replace").decode().replace("\\", "/")
    line = "".join(sign if sign.isprintable() else "?" for sign in line)
    return re.sub(r"([*/?])(?=[*/?])", r"\1 ", line)


def _header(network: integer.Network, plan: integer.Plan, name: str, labels: Sequence[str]) -> str:
    height, width, channels = network.tensors[network.entry].spatial
    end = network.tensors[network.end]
    lines = (_plain(str(label)) for label in labels)
    return _HEADER.format(
        name=_plain(name),
        height=height,
        width=width,
        channels=channels,
        classes=end.size,
        ram=plan.ram_bytes,
        constants=network.constant_bytes,
        packing=_packing(network),
        order="" if channels == 1 else ", the channels of a pixel side by side",
        labels="\n".join(f"   {number}: {label}" for number, label in enumerate(lines)),
        input=height * width * channels,
        scale=end.scale,
        zero=end.zero,
    )


def _source(network: integer.Network, plan: integer.Plan, name: str) -> str:
    program = Program(network, plan)
    for operation in network.operations:
        write(program, operation)
    entry = plan.offsets[network.entry]
    parts = [part for part in ORDER if part in program.parts]
    return _SOURCE.format(
        name=_plain(name),
        common=(_PARTS / "common.c").read_text(),
        pixel=_pixel(program, entry),
        constants="\n".join(program.constants.lines),
        parts="\n".join((_PARTS / f"{part}.c").read_text() for part in parts),
        descriptions="\n".join(program.descriptions),
        entry=entry,
        calls="\n    ".join(program.calls),
        end=plan.offsets[network.end],
    )


def _pixel(program: Program, entry: int) -> str:
    """What a byte 0..255 becomes: mostly itself less 128."""
    pixels = program.network.pixels
    if (pixels == np.arange(-128, 128)).all():
        return f"(int8_t)((uint8_t)ram[{entry} + i] - 128)"
    return f"I8({program.constants.name(pixels, 'pixels')} + (uint8_t)ram[{entry} + i])"


def _golden(network: integer.Network) -> str:
    pictures = golden_pictures(network.tensors[network.entry].spatial)
    answers = integer.run(network, pictures)
    count = len(pictures)
    blocks = [
        "/* Drawn pictures and what CNN Lab answers. */",
        '#include "cnn.h"',
        "#ifndef GOLDEN_ROM\n#define GOLDEN_ROM\n#endif",
        f"#define GOLDEN {count}",
        "static const uint8_t golden_pictures[GOLDEN][CNN_INPUT_BYTES] GOLDEN_ROM = {\n"
        + ",\n".join(f"{{{rows(picture)}}}" for picture in pictures)
        + "};",
        "static const int8_t golden_answers[GOLDEN][CNN_CLASSES] GOLDEN_ROM = {\n"
        + ",\n".join(f"{{{rows(answer)}}}" for answer in answers)
        + "};",
    ]
    return "\n".join(blocks) + "\n"
