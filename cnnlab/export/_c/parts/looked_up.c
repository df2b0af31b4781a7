static int8_t looked_up(const int8_t *table, int8_t x)
{
    return table ? I8(table + 128 + x) : x;
}
