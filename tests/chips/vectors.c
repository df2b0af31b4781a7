/* Where a Cortex-M begins: its stack and its first instruction. QEMU's memory starts as zeros. */
#include <stdint.h>
#include <stdlib.h>

extern uint32_t stack_top;
extern void initialise_monitor_handles(void);
extern int main(int arguments, char **words);

void reset(void);

void reset(void)
{
    initialise_monitor_handles();
    exit(main(1, 0));
}

__attribute__((section(".vectors"), used)) static void (*const vectors[])(void) = {
    (void (*)(void))&stack_top, reset};

void _init(void) {}
void _fini(void) {}
