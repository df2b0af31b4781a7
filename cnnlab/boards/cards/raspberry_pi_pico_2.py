"""Raspberry Pi Pico 2."""

from cnnlab.boards._cards import KB, MB, Chip, board

SOURCE = "https://www.raspberrypi.com/documentation/microcontrollers/pico-series.html"
CHIP = Chip("RP2350, Cortex-M33", 4 * MB, 520 * KB, 150e6)
board("raspberry_pi_pico_2", "Raspberry Pi Pico 2", CHIP, SOURCE)
