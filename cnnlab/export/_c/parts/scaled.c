/* The upper half of twice x * whole, to the nearest. Right shifts keep the sign. */
#ifdef CNN_SMALL
/* A chip of 8 bits shifts 64 bits slowly, and has the halves for nothing: lowest byte first. */
static int32_t upper(int32_t x, int32_t whole)
{
    union {
        int64_t all;
        uint32_t halves[2];
    } product;
    product.all = (int64_t)x * whole + ((int64_t)1 << 30);
    return (int32_t)(product.halves[1] * 2 + (product.halves[0] >> 31));
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
