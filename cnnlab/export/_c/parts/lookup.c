static void lookup(place from, place to, place count, const int8_t *table)
{
    place i;
    for (i = 0; i < count; i++)
        ram[to + i] = looked_up(table, ram[from + i]);
}
