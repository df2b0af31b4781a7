"""Arduino Uno R3."""

from cnnlab.boards._cards import AVR, KB, Chip, board

SOURCE = "https://docs.arduino.cc/hardware/uno-rev3/"
CHIP = Chip("ATmega328P", 32 * KB - 512, 2 * KB, 16e6, AVR)
board("arduino_uno", "Arduino Uno R3", CHIP, SOURCE)
