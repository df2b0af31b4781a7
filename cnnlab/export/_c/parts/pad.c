static void pad(place from, place to, int height, int row, int above, int below, int before,
                int after, int zero)
{
    place wide = (place)before + row + after;
    int y;
    memset(ram + to, zero, (size_t)((above + (place)height + below) * wide));
    for (y = 0; y < height; y++)
        memcpy(ram + to + (above + y) * wide + before, ram + from + (place)y * row, (size_t)row);
}
