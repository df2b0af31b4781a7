/* Both sides brought to one finer step, then the sum to its own; a shorter side repeats. */
typedef struct {
    const int8_t *constant, *table;
    place from, other, to, count, repeats;
    int32_t whole_one, whole_two, whole_after;
    short shift_one, shift_two, shift_after, sign, zero_one, zero_two, zero, low, high;
} addition;

static void add(const addition *in_rom)
{
    addition a;
    place i, k = 0;
    FROM_ROM(&a, in_rom);
    for (i = 0; i < a.count; i++) {
        int8_t second = a.constant ? I8(a.constant + k) : ram[a.other + k];
        int32_t one = (int32_t)(ram[a.from + i] - a.zero_one) * ((int32_t)1 << 20);
        int32_t two = (int32_t)(second - a.zero_two) * ((int32_t)1 << 20);
        one = scaled(one, a.whole_one, a.shift_one);
        two = scaled(two, a.whole_two, a.shift_two);
        one = scaled(one + a.sign * two, a.whole_after, a.shift_after) + a.zero;
        ram[a.to + i] = looked_up(a.table, bounded(one, a.low, a.high));
        k = k + 1 == a.repeats ? 0 : k + 1;
    }
}
