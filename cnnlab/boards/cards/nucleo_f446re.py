"""ST Nucleo-F446RE."""

from cnnlab.boards._cards import KB, Chip, board

SOURCE = "https://www.st.com/en/microcontrollers-microprocessors/stm32f446re.html"
CHIP = Chip("STM32F446RE, Cortex-M4", 512 * KB, 128 * KB, 180e6)
board("nucleo_f446re", "ST Nucleo-F446RE", CHIP, SOURCE)
