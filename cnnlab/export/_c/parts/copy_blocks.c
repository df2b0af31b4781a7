/* `outer` blocks, each written `times` times, `apart` bytes from one to the next. */
static void copy_blocks(place from, place to, place outer, place block, place times, place apart)
{
    place i, k;
    for (i = 0; i < outer; i++)
        for (k = 0; k < times; k++)
            memcpy(ram + to + i * apart + k * block, ram + from + i * block, (size_t)block);
}
