"""BBC micro:bit v1."""

from cnnlab.boards._cards import KB, Chip, board

SOURCE = "https://tech.microbit.org/hardware/1-5-revision/"
CHIP = Chip("nRF51822, Cortex-M0", 256 * KB, 16 * KB, 16e6)
board("microbit_v1", "BBC micro:bit v1", CHIP, SOURCE)
