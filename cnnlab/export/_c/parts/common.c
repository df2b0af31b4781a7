/* Constants stay in flash: on AVR they are read by an instruction of their own. */
#ifdef __AVR__
#define CNN_SMALL
#define APART __attribute__((noinline)) /* or its registers are spent elsewhere */
typedef int place; /* in memory */
#include <avr/pgmspace.h>
#define ROM PROGMEM
#define I8(p) ((int8_t)pgm_read_byte(p))
#define U16(p) ((uint16_t)pgm_read_word(p))
#define I32(p) ((int32_t)pgm_read_dword(p))
#define FROM_ROM(to, from) memcpy_P((to), (from), sizeof *(to))
#else
#define APART
typedef long place;
#define ROM
#define I8(p) (*(p))
#define U16(p) (*(p))
#define I32(p) (*(p))
#define FROM_ROM(to, from) memcpy((to), (from), sizeof *(to))
#endif
