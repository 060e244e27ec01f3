// The texels t of a lane's part of a row, first, first + step, ... below end. With a known number of trips the loop is
// unrolled. Needs the constants trips and even.
#define EACH_TEXEL                                                                                         \
  [[unroll]] for (int trip_ = 0, t = first; trips > 0 ? trip_ < trips : t < end; ++trip_, t += step) \
    if (even || t < end)
