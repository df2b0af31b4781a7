/* Two sides number by number; a shorter one repeats. */
typedef struct {
    const int8_t *constant, *table;
    place from, other, to, count, repeats;
    int32_t whole;
    short shift, zero_one, zero_two, zero, low, high;
} product;

static void multiply(const product *in_rom)
{
    product m;
    place i, k = 0;
    FROM_ROM(&m, in_rom);
    for (i = 0; i < m.count; i++) {
        int8_t second = m.constant ? I8(m.constant + k) : ram[m.other + k];
        int32_t both = (int32_t)(ram[m.from + i] - m.zero_one) * (second - m.zero_two);
        both = scaled(both, m.whole, m.shift) + m.zero;
        ram[m.to + i] = looked_up(m.table, bounded(both, m.low, m.high));
        k = k + 1 == m.repeats ? 0 : k + 1;
    }
}
