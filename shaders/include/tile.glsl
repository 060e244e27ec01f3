// Helpers of the kernels that multiply register tiles by texel fetches and subgroup shuffles (matmul, conv2d, attention).
// A texel view has `width` elements a texel (4 or 1, a specialization constant); indices count elements. Nothing here
// reads outside a buffer: indices are clamped and values are selected.

// Elements index .. index + 3.
vec4 fetch4(samplerBuffer source, int index, int width) {
  if (width == 4) return texelFetch(source, index >> 2);
  return vec4(texelFetch(source, index).x, texelFetch(source, index + 1).x, texelFetch(source, index + 2).x,
              texelFetch(source, index + 3).x);
}

// Elements base + first .. base + first + 3, of which those from base + end on are repeats of the last one (width 1) or
// of the last four (width 4; `end` is then a multiple of 4).
vec4 fetch4_clamped(samplerBuffer source, int base, int first, int end, int width) {
  if (width == 4) return texelFetch(source, (base + min(first, end - 4)) >> 2);
  return vec4(texelFetch(source, base + min(first, end - 1)).x, texelFetch(source, base + min(first + 1, end - 1)).x,
              texelFetch(source, base + min(first + 2, end - 1)).x, texelFetch(source, base + min(first + 3, end - 1)).x);
}

// The same in two steps, for what stays fixed in a loop: where the texels are (add a number of texels to step on), and
// what they hold.
ivec4 texels_at(int base, int first, int end, int width) {
  if (width == 4) return ivec4((base + min(first, end - 4)) >> 2);
  return base + min(ivec4(first) + ivec4(0, 1, 2, 3), ivec4(end - 1));
}
vec4 fetch4_at(samplerBuffer source, ivec4 at, int width) {
  if (width == 4) return texelFetch(source, at.x);
  return vec4(texelFetch(source, at.x).x, texelFetch(source, at.y).x, texelFetch(source, at.z).x,
              texelFetch(source, at.w).x);
}

// `value` with zeros in place of the components whose index first .. first + 3 is `end` or more.
vec4 zero_from(vec4 value, int first, int end) {
  return mix(vec4(0), value, lessThan(ivec4(first) + ivec4(0, 1, 2, 3), ivec4(end)));
}

// n / d and n % d for 0 <= n < 2^24 or so and d > 0, without the integer division that a CPU does lane by lane.
int divide(int n, int d, float reciprocal, out int remainder) {
  int quotient = int((float(n) + 0.5) * reciprocal);
  remainder = n - quotient * d;
  if (remainder < 0) {
    quotient -= 1;
    remainder += d;
  }
  if (remainder >= d) {
    quotient += 1;
    remainder -= d;
  }
  return quotient;
}
