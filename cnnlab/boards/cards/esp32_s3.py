"""ESP32-S3-DevKitC-1."""

from cnnlab.boards._cards import KB, MB, Chip, board

SOURCE = "https://docs.espressif.com/projects/esp-dev-kits/en/latest/esp32s3/"
CHIP = Chip("ESP32-S3, Xtensa LX7", 8 * MB, 320 * KB, 240e6)
board("esp32_s3", "ESP32-S3-DevKitC-1", CHIP, SOURCE)
