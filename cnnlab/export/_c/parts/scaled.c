/* The upper half of twice x * whole, to the nearest. Right shifts keep the sign. */
#ifdef CNN_SMALL
/* By four products of 16 bits, for a chip of 8 bits takes three times as long for one of 64. What is
   below zero is rounded as its opposite, with halves the other way. */
APART static uint32_t times(uint16_t one, uint16_t two)
{
    return (uint32_t)one * two;
}

APART static int32_t upper(int32_t x, int32_t whole)
{
    const int below = x < 0;
    const uint32_t size = below ? -(uint32_t)x : (uint32_t)x;
    const uint16_t x_high = (uint16_t)(size >> 16), x_low = (uint16_t)size;
    const uint16_t w_high = (uint16_t)((uint32_t)whole >> 16), w_low = (uint16_t)whole;
    uint32_t low = times(x_low, w_low), one = times(x_high, w_low);
    uint32_t two = times(x_low, w_high), high = times(x_high, w_high);
    low = (uint16_t)(low >> 16) + (uint32_t)16384 - (below && !(low & 0xFFFF) ? 1 : 0);
    low += (uint16_t)one;
    low += (uint16_t)two;
    high += (uint16_t)(one >> 16);
    high += (uint16_t)(two >> 16);
    high += (uint16_t)(low >> 16);
    high = high * 2 + ((uint16_t)low >> 15);
    return below ? -(int32_t)high : (int32_t)high;
}
#else
static int32_t upper(int32_t x, int32_t whole)
{
    return (int32_t)(((int64_t)x * whole + ((int64_t)1 << 30)) >> 31);
}
#endif

/* x times a real factor: a whole number of 31 bits and a power of two. Rounded to the nearest, and
   once more where bits are dropped, halves away from zero. */
APART static int32_t scaled(int32_t x, int32_t whole, int shift)
{
    int32_t most;
    if (shift > 0) {
        most = (int32_t)1 << (30 - shift);
        x = x < -most ? -most : x > most ? most : x;
        x *= (int32_t)1 << shift;
    }
    x = upper(x, whole);
    return shift >= 0 ? x : (((x - (x < 0)) >> (-shift - 1)) + 1) >> 1;
}
