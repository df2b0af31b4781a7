"""Seeeduino XIAO."""

from cnnlab.boards._cards import KB, Chip, board

SOURCE = "https://wiki.seeedstudio.com/Seeeduino-XIAO/"
CHIP = Chip("SAMD21G18, Cortex-M0+", 256 * KB, 32 * KB, 48e6)
board("seeed_xiao", "Seeeduino XIAO", CHIP, SOURCE)
