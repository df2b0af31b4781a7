/* Some layers keep a weight in 4 or 2 bits, the first of a byte in its lowest: its place among the
   few int8 values that there are. */
#define FEW_BITS
