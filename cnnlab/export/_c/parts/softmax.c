/* Shares of 256, by powers of e in 16 bits. */
static uint32_t power(const uint16_t *powers, int count, int below)
{
    return below < count ? U16(powers + below) : 0;
}

static void softmax(place from, place to, int classes, const uint16_t *powers, int count)
{
    int i, largest = -128;
    uint32_t total = 0;
    for (i = 0; i < classes; i++)
        if (ram[from + i] > largest)
            largest = ram[from + i];
    for (i = 0; i < classes; i++)
        total += power(powers, count, largest - ram[from + i]);
    for (i = 0; i < classes; i++) {
        uint32_t share = power(powers, count, largest - ram[from + i]) * 256;
        ram[to + i] = bounded((int32_t)((share + total / 2) / total) - 128, -128, 127);
    }
}
