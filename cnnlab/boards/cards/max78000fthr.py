"""MAX78000FTHR, without its accelerator."""

from cnnlab.boards._cards import KB, Chip, board

SOURCE = "https://www.analog.com/en/products/max78000.html"
CHIP = Chip("MAX78000, Cortex-M4", 512 * KB, 128 * KB, 100e6)
board("max78000fthr", "MAX78000FTHR, without its accelerator", CHIP, SOURCE)
