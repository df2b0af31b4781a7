"""BBC micro:bit v2."""

from cnnlab.boards._cards import KB, Chip, board

SOURCE = "https://tech.microbit.org/hardware/"
CHIP = Chip("nRF52833, Cortex-M4", 512 * KB, 128 * KB, 64e6)
board("microbit_v2", "BBC micro:bit v2", CHIP, SOURCE)
