"""ST Nucleo-F746ZG."""

from cnnlab.boards._cards import CMSIS_NN, KB, MB, Chip, board

SOURCE = "https://www.st.com/en/microcontrollers-microprocessors/stm32f746zg.html"
CHIP = Chip("STM32F746ZG, Cortex-M7", 1 * MB, 320 * KB, 216e6, CMSIS_NN)
board("nucleo_f746zg", "ST Nucleo-F746ZG", CHIP, SOURCE)
