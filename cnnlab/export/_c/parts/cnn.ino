// The network on an Arduino: answers the pictures of golden.h once a second, by the serial monitor
// at 115200 baud. Put your own pixels into cnn_input(): CNN_INPUT_BYTES of them, 0 to 255, row by
// row, in place of the copied ones.
extern "C" {
#include "cnn.h"
}
#ifdef __AVR__
#include <avr/pgmspace.h>
#define GOLDEN_ROM PROGMEM
#define PIXEL(number, i) pgm_read_byte(&golden_pictures[number][i])
#define ANSWER(number, i) (int8_t) pgm_read_byte(&golden_answers[number][i])
#else
#define PIXEL(number, i) golden_pictures[number][i]
#define ANSWER(number, i) golden_answers[number][i]
#endif
#include "golden.h"

static int number = 0;

void setup() { Serial.begin(115200); }

void loop() {
  for (long i = 0; i < CNN_INPUT_BYTES; i++) cnn_input()[i] = PIXEL(number, i);
  unsigned long start = micros();
  const int8_t *answer = cnn_run();
  unsigned long took = micros() - start;
  int best = 0, wrong = 0;
  for (int i = 0; i < CNN_CLASSES; i++) {
    if (answer[i] > answer[best]) best = i;
    wrong += answer[i] != ANSWER(number, i);
  }
  Serial.print(F("class "));
  Serial.print(best);
  Serial.print(wrong ? F(", NOT as in CNN Lab, ") : F(", as in CNN Lab, "));
  Serial.print(took);
  Serial.println(F(" microseconds"));
  number = (number + 1) % GOLDEN;
  delay(1000);
}
