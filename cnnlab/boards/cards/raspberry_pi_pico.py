"""Raspberry Pi Pico."""

from cnnlab.boards._cards import KB, MB, Chip, board

SOURCE = "https://www.raspberrypi.com/documentation/microcontrollers/pico-series.html"
CHIP = Chip("RP2040, Cortex-M0+", 2 * MB, 264 * KB, 133e6)
board("raspberry_pi_pico", "Raspberry Pi Pico", CHIP, SOURCE)
