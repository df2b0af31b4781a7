/* Convolutions of every kind, dense layers among them. What is written may lie over what is read:
   rows are made in an order in which nothing is lost. */
typedef struct {
    const int8_t *weights;
    const int32_t *bias, *wholes;
    const int8_t *shifts, *table;
    place from, to;
    place channels;
    short height, width;                  /* what is read */
    short rows, columns, filters;         /* sums, in front of any pooling */
    place filter_weights, per;            /* of one filter; channels that it reads */
    short kernel_height, kernel_width, group_filters;
    place line_step, spot_step;           /* from one place of the kernel to the next */
    short down, across, dilation_down, dilation_across, above, left;
    short zero_in, zero, low, high;
    short pool;                           /* 0: none, 1: largest, 2: mean */
    short pool_height, pool_width, pool_down, pool_across, pool_above, pool_left;
    short pool_low, pool_high;
    short out_rows, out_columns;
    short upward;
} convolution;

/* The part of a kernel that lies on the map. */
typedef struct {
    const int8_t *in, *w;
    place in_line, w_line, step, count;
    int lines;
} window;

/* Numbers of the map times weights: lines of numbers `step` apart. */
APART static int32_t dot(const window *seen, int zero_in)
{
    const int8_t *line = seen->in, *w_line = seen->w;
    const place step = seen->step;
    int32_t sum = 0;
    int lines;
    for (lines = seen->lines; lines > 0; lines--) {
        const int8_t *in = line, *w = w_line;
        place left = seen->count;
        for (;;) {
            sum += (*in - zero_in) * I8(w);
            if (--left <= 0)
                break;
            in += step;
            w++;
        }
        if (lines > 1)
            line += seen->in_line;
        w_line += seen->w_line;
    }
    return sum;
}

static int32_t sum_over(const convolution *c, int yy, int xx, place start, const int8_t *w)
{
    int first = 0, last = c->kernel_width, above = 0, below = c->kernel_height;
    int32_t sum = 0;
    window seen;
    for (; yy < 0 && above < below; yy += c->dilation_down)
        above++;
    while (below > above && yy + (below - above - 1) * c->dilation_down >= c->height)
        below--;
    for (; xx < 0 && first < last; xx += c->dilation_across)
        first++;
    while (last > first && xx + (last - first - 1) * c->dilation_across >= c->width)
        last--;
    if (above == below || first == last)
        return 0;
    seen.in = ram + start + ((place)yy * c->width + xx) * c->channels;
    seen.w = w + (place)(above * c->kernel_width + first) * c->per;
    seen.lines = below - above;
    seen.in_line = c->line_step;
    seen.w_line = (place)c->kernel_width * c->per;
    seen.step = c->per == 1 ? c->spot_step : 1;
    if (c->per == 1 || c->spot_step == c->per) {
        seen.count = (place)(last - first) * c->per;
        return dot(&seen, c->zero_in);
    }
    for (seen.count = c->per; first < last; first++) {
        sum += dot(&seen, c->zero_in);
        seen.w += c->per;
        if (first + 1 < last)
            seen.in += c->spot_step;
    }
    return sum;
}

APART static int8_t sum_at(const convolution *c, int y, int x, int filter)
{
    int32_t sum = I32(c->bias + filter);
    place start = c->from;
    if (c->group_filters != c->filters)
        start += (c->group_filters == 1 ? filter : filter / c->group_filters) * c->per;
    sum += sum_over(c, y * c->down - c->above, x * c->across - c->left, start,
                    c->weights + (place)filter * c->filter_weights);
    sum = scaled(sum, I32(c->wholes + filter), I8(c->shifts + filter));
    return looked_up(c->table, bounded(sum + c->zero, c->low, c->high));
}

static int8_t pooled_at(const convolution *c, int y, int x, int filter)
{
    int32_t total = 0, largest = -128, count = 0;
    int row, column;
    if (!c->pool)
        return sum_at(c, y, x, filter);
    for (row = 0; row < c->pool_height; row++)
        for (column = 0; column < c->pool_width; column++) {
            int yy = y * c->pool_down - c->pool_above + row;
            int xx = x * c->pool_across - c->pool_left + column;
            int8_t value;
            if (yy < 0 || yy >= c->rows || xx < 0 || xx >= c->columns)
                continue;
            value = sum_at(c, yy, xx, filter);
            total += value;
            count++;
            if (value > largest)
                largest = value;
        }
    return bounded(c->pool == 1 ? largest : mean_of(total, count), c->pool_low, c->pool_high);
}

static void convolve(const convolution *in_rom)
{
    convolution c;
    int i, x, filter;
    FROM_ROM(&c, in_rom);
    for (i = 0; i < c.out_rows; i++) {
        int y = c.upward ? c.out_rows - 1 - i : i;
        int8_t *out = ram + c.to + (place)y * c.out_columns * c.filters;
        for (x = 0; x < c.out_columns; x++)
            for (filter = 0; filter < c.filters; filter++)
                *out++ = pooled_at(&c, y, x, filter);
    }
}
