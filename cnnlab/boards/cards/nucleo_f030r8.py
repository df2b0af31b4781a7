"""ST Nucleo-F030R8."""

from cnnlab.boards._cards import KB, Chip, board

SOURCE = "https://www.st.com/en/microcontrollers-microprocessors/stm32f030r8.html"
CHIP = Chip("STM32F030R8, Cortex-M0", 64 * KB, 8 * KB, 48e6)
board("nucleo_f030r8", "ST Nucleo-F030R8", CHIP, SOURCE)
