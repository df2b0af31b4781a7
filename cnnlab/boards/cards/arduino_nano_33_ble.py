"""Arduino Nano 33 BLE."""

from cnnlab.boards._cards import KB, Chip, board

SOURCE = "https://docs.arduino.cc/hardware/nano-33-ble/"
CHIP = Chip("nRF52840, Cortex-M4", 960 * KB, 256 * KB, 64e6)
board("arduino_nano_33_ble", "Arduino Nano 33 BLE", CHIP, SOURCE)
