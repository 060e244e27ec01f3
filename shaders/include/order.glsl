// A total order of floats as integers: see order_key in src/ops/sort.h.
ivec4 order_key(vec4 value) {
  const ivec4 bits = floatBitsToInt(value);
  const ivec4 key = mix(bits, bits ^ 0x7FFFFFFF, lessThan(bits, ivec4(0)));
  return mix(key, ivec4(0), equal(value, vec4(0)));
}
