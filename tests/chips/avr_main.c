/* An Uno without Arduino: checks the golden pictures and says by the serial line how many answers
   were as in CNN Lab, how many cycles the last took, and how deep the stack went. */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <avr/sleep.h>
#include <stdint.h>
#include <stdio.h>
#include "cnn.h"
#define GOLDEN_ROM PROGMEM
#include "golden.h"

extern uint8_t __heap_start;
static volatile uint16_t rounds;

ISR(TIMER1_OVF_vect) { rounds++; }

static int put(char letter, FILE *stream)
{
    (void)stream;
    loop_until_bit_is_set(UCSR0A, UDRE0);
    UDR0 = (uint8_t)letter;
    return 0;
}

static FILE serial = FDEV_SETUP_STREAM(put, NULL, _FDEV_SETUP_WRITE);

static void paint(void)
{
    uint8_t *p;
    for (p = &__heap_start; p < (uint8_t *)SP - 8; p++)
        *p = 0xA5;
}

static unsigned untouched(void)
{
    uint8_t *p = &__heap_start;
    while (*p == 0xA5)
        p++;
    return (unsigned)(p - &__heap_start);
}

int main(void)
{
    int number, i, good = 0;
    uint32_t cycles = 0;
    unsigned left;
    UCSR0B = _BV(TXEN0);
    TIMSK1 = _BV(TOIE1);
    sei();
    for (number = 0; number < GOLDEN; number++) {
        const int8_t *answer;
        for (i = 0; i < CNN_INPUT_BYTES; i++)
            cnn_input()[i] = pgm_read_byte(&golden_pictures[number][i]);
        paint();
        rounds = 0;
        TCNT1 = 0;
        TCCR1B = _BV(CS12) | _BV(CS10); /* a tick in 1,024 cycles */
        answer = cnn_run();
        cycles = ((uint32_t)rounds * 65536UL + TCNT1) * 1024UL;
        TCCR1B = 0;
        for (i = 0; i < CNN_CLASSES; i++)
            if (answer[i] != (int8_t)pgm_read_byte(&golden_answers[number][i]))
                break;
        good += i == CNN_CLASSES;
    }
    left = untouched();
    stdout = &serial;
    printf("good=%d cycles=%lu stack=%u\n", good, (unsigned long)cycles,
           (unsigned)(RAMEND - (uint16_t)&__heap_start + 1) - left);
    cli();
    sleep_mode();
    return 0;
}
