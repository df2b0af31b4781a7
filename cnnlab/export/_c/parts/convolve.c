/* Convolutions of every kind, dense layers among them. What is written may lie over what is read:
   rows are made in an order in which nothing is lost. */
typedef struct {
#ifdef FEW_BITS
    const void *weights;                  /* int8_t, or uint8_t with several in each */
    const int8_t *steps;
    short bits;                           /* of a weight; 0: a byte of its own */
#else
    const int8_t *weights;
#endif
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

/* The part of a kernel that lies on the map at one place: the same for all filters. */
typedef struct {
    const int8_t *in;
    place w, in_line, w_line, step, count; /* w: of the filter's weights */
    int lines, spots;
} window;

/* Adds numbers of the map, `step` apart, times weights; at least one. */
#ifdef __AVR_HAVE_MUL__
/* The compiler takes 60 cycles for each, this takes 24: a number less its zero point has 9 bits, so
   the product of its lower 8 is corrected where the ninth says that it is below zero. */
static int32_t dot(int32_t sum, const int8_t *in, const int8_t *w, place step, place left,
                   int8_t zero_in)
{
    int8_t number, weight, sign;
    __asm__ volatile("1: ld %[number],X\n\t"
                     "add r26,%A[step]\n\t"
                     "adc r27,%B[step]\n\t"
                     "lpm %[weight],Z+\n\t"
                     "sub %[number],%[zero]\n\t"
                     "mulsu %[weight],%[number]\n\t"
                     "brge 2f\n\t"
                     "sub r1,%[weight]\n\t"
                     "2: mov %[sign],r1\n\t"
                     "lsl %[sign]\n\t"
                     "sbc %[sign],%[sign]\n\t"
                     "add %A[sum],r0\n\t"
                     "adc %B[sum],r1\n\t"
                     "adc %C[sum],%[sign]\n\t"
                     "adc %D[sum],%[sign]\n\t"
                     "sbiw %[left],1\n\t"
                     "brne 1b\n\t"
                     "clr r1\n\t"
                     : [sum] "+r"(sum), [in] "+x"(in), [w] "+z"(w), [left] "+w"(left),
                       [number] "=&a"(number), [weight] "=&a"(weight), [sign] "=&r"(sign)
                     : [step] "r"(step), [zero] "r"(zero_in)
                     : "memory");
    return sum;
}
#else
static int32_t dot(int32_t sum, const int8_t *in, const int8_t *w, place step, place left,
                   int8_t zero_in)
{
    for (;;) {
        sum += (*in - zero_in) * I8(w);
        if (--left <= 0)
            return sum;
        in += step;
        w++;
    }
}
#endif

/* The same over all lines of a window. */
APART static int32_t lines_of(int32_t sum, const window *seen, const int8_t *line, const int8_t *w,
                              int8_t zero_in)
{
    int lines = seen->lines;
    for (;;) {
        sum = dot(sum, line, w, seen->step, seen->count, zero_in);
        if (--lines <= 0)
            return sum;
        line += seen->in_line;
        w += seen->w_line;
    }
}

#ifdef FEW_BITS
/* The same where a byte holds several weights: `w` counts weights, not bytes. */
APART static int32_t few_lines_of(int32_t sum, const window *seen, const int8_t *line,
                                  const convolution *c, place w)
{
    const int8_t *bytes = (const int8_t *)c->weights;
    int lines, bits = c->bits, down = bits == 4 ? 1 : 2;
    int within = (1 << down) - 1, mask = (1 << bits) - 1;
    for (lines = seen->lines; lines > 0; lines--) {
        const int8_t *in = line;
        place i;
        for (i = w; i < w + seen->count; i++) {
            int byte = (uint8_t)I8(bytes + (i >> down));
            sum += (int32_t)(*in - c->zero_in)
                   * I8(c->steps + ((byte >> ((int)(i & within) * bits)) & mask));
            in += seen->step;
        }
        line += seen->in_line;
        w += seen->w_line;
    }
    return sum;
}
#endif

APART static void look(const convolution *c, int y, int x, window *seen)
{
    int yy = y * c->down - c->above, xx = x * c->across - c->left;
    int first = 0, last = c->kernel_width, above = 0, below = c->kernel_height;
    for (; yy < 0 && above < below; yy += c->dilation_down)
        above++;
    while (below > above && yy + (below - above - 1) * c->dilation_down >= c->height)
        below--;
    for (; xx < 0 && first < last; xx += c->dilation_across)
        first++;
    while (last > first && xx + (last - first - 1) * c->dilation_across >= c->width)
        last--;
    seen->lines = first == last ? 0 : below - above;
    seen->spots = 1;
    seen->count = c->per;
    seen->step = c->per == 1 ? c->spot_step : 1;
    if (c->per == 1 || c->spot_step == c->per)
        seen->count *= last - first; /* numbers of a line lie side by side */
    else
        seen->spots = last - first;
    seen->in_line = c->line_step;
    seen->w_line = (place)c->kernel_width * c->per;
    if (seen->lines) {
        seen->in = ram + c->from + ((place)yy * c->width + xx) * c->channels;
        seen->w = (place)(above * c->kernel_width + first) * c->per;
    }
}

APART static int8_t sum_at(const convolution *c, const window *seen, int filter)
{
    int32_t sum = I32(c->bias + filter);
    if (seen->lines) {
        const int8_t *in = seen->in;
        place w = seen->w + (place)filter * c->filter_weights;
        int spots = seen->spots;
        if (c->group_filters != c->filters)
            in += (c->group_filters == 1 ? filter : filter / c->group_filters) * c->per;
        for (;;) {
#ifdef FEW_BITS
            if (c->bits)
                sum = few_lines_of(sum, seen, in, c, w);
            else
#endif
                sum = lines_of(sum, seen, in, (const int8_t *)c->weights + w, (int8_t)c->zero_in);
            if (--spots <= 0)
                break;
            in += c->spot_step;
            w += c->per;
        }
    }
    sum = scaled(sum, I32(c->wholes + filter), I8(c->shifts + filter));
    return looked_up(c->table, bounded(sum + c->zero, c->low, c->high));
}

static int8_t pooled_at(const convolution *c, int y, int x, int filter)
{
    int32_t total = 0, largest = -128, count = 0;
    int row, column;
    for (row = 0; row < c->pool_height; row++)
        for (column = 0; column < c->pool_width; column++) {
            int yy = y * c->pool_down - c->pool_above + row;
            int xx = x * c->pool_across - c->pool_left + column;
            window seen;
            int8_t value;
            if (yy < 0 || yy >= c->rows || xx < 0 || xx >= c->columns)
                continue;
            look(c, yy, xx, &seen);
            value = sum_at(c, &seen, filter);
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
    window seen;
    int i, x, filter;
    FROM_ROM(&c, in_rom);
    for (i = 0; i < c.out_rows; i++) {
        int y = c.upward ? c.out_rows - 1 - i : i;
        int8_t *out = ram + c.to + (place)y * c.out_columns * c.filters;
        for (x = 0; x < c.out_columns; x++) {
            if (!c.pool)
                look(&c, y, x, &seen);
            for (filter = 0; filter < c.filters; filter++)
                *out++ = c.pool ? pooled_at(&c, y, x, filter) : sum_at(&c, &seen, filter);
        }
    }
}
