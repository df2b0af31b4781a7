static void mean(place from, place to, place places, int channels, int zero_in, int32_t whole,
                 int shift, int zero, const int8_t *table)
{
    place i;
    int channel;
    for (channel = 0; channel < channels; channel++) {
        int32_t total = 0;
        for (i = 0; i < places; i++)
            total += ram[from + i * channels + channel] - zero_in;
        total = scaled(total, whole, shift) + zero;
        ram[to + channel] = looked_up(table, bounded(total, -128, 127));
    }
}
