/* total / count to the nearest, halves away from zero. */
static int32_t mean_of(int32_t total, int32_t count)
{
    return total < 0 ? -((-total + count / 2) / count) : (total + count / 2) / count;
}
