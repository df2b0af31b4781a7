/* The largest number or the mean of each window; what lies outside does not count. */
typedef struct {
    const int8_t *table;
    place from, to;
    short height, width, channels, rows, columns;
    short largest, window_height, window_width, down, across, above, left, low, high, upward;
} pooling;

static int8_t window_at(const pooling *p, int y, int x, int channel)
{
    int32_t total = 0, largest = -128, count = 0;
    int row, column;
    for (row = 0; row < p->window_height; row++)
        for (column = 0; column < p->window_width; column++) {
            int yy = y * p->down - p->above + row, xx = x * p->across - p->left + column;
            int8_t value;
            if (yy < 0 || yy >= p->height || xx < 0 || xx >= p->width)
                continue;
            value = ram[p->from + ((place)yy * p->width + xx) * p->channels + channel];
            total += value;
            count++;
            if (value > largest)
                largest = value;
        }
    return bounded(p->largest ? largest : mean_of(total, count), p->low, p->high);
}

static void pool(const pooling *in_rom)
{
    pooling p;
    int i, x, channel;
    FROM_ROM(&p, in_rom);
    for (i = 0; i < p.rows; i++) {
        int y = p.upward ? p.rows - 1 - i : i;
        int8_t *out = ram + p.to + (place)y * p.columns * p.channels;
        for (x = 0; x < p.columns; x++)
            for (channel = 0; channel < p.channels; channel++)
                *out++ = looked_up(p.table, window_at(&p, y, x, channel));
    }
}
