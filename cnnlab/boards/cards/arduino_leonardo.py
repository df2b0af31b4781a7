"""Arduino Leonardo."""

from cnnlab.boards._cards import AVR, KB, Chip, board

SOURCE = "https://docs.arduino.cc/hardware/leonardo/"
CHIP = Chip("ATmega32U4", 28 * KB, 2560, 16e6, AVR)
board("arduino_leonardo", "Arduino Leonardo", CHIP, SOURCE)
