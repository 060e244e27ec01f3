// Philox4x32-10 and what is drawn with it. Every result is the same bits on every device and in src/ops/random.cpp:
// only integer work and correctly rounded f32 +, - and *, in the same order, never fused (`precise`).

uvec4 philox(uvec4 counter, uvec2 key) {
  [[unroll]] for (int i = 0; i < 10; ++i) {
    uint high0, low0, high1, low1;
    umulExtended(0xD2511F53u, counter.x, high0, low0);
    umulExtended(0xCD9E8D57u, counter.z, high1, low1);
    counter = uvec4(high1 ^ counter.y ^ key.x, low1, high0 ^ counter.w ^ key.y, low0);
    key += uvec2(0x9E3779B9u, 0xBB67AE85u);
  }
  return counter;
}

// [0, 1), 24 bits
vec4 uniform_of(uvec4 words) { return vec4(words >> 8) * 5.9604644775390625e-8; }

// Natural logarithm of a positive normal float, within 2e-7 (relative to 1). Polynomial of Cephes' logf.
float portable_log(float x) {
  uint bits = floatBitsToUint(x);
  int exponent = int(bits >> 23) - 126;
  float m = uintBitsToFloat((bits & 0x007FFFFFu) | 0x3F000000u);  // [0.5, 1)
  if (m < 0.70710678118654752) {
    exponent -= 1;
    m = m + m;
  }
  precise float f = m - 1.0;
  precise float z = f * f;
  precise float y = 7.0376836292e-2 * f;
  y = y - 1.1514610310e-1;
  y = y * f;
  y = y + 1.1676998740e-1;
  y = y * f;
  y = y - 1.2420140846e-1;
  y = y * f;
  y = y + 1.4249322787e-1;
  y = y * f;
  y = y - 1.6668057665e-1;
  y = y * f;
  y = y + 2.0000714765e-1;
  y = y * f;
  y = y - 2.4999993993e-1;
  y = y * f;
  y = y + 3.3333331174e-1;
  y = y * f;
  y = y * z;
  precise float e = float(exponent);
  precise float t = e * -2.12194440e-4;
  y = y + t;
  t = z * 0.5;
  y = y - t;
  y = f + y;
  t = e * 0.693359375;
  y = y + t;
  return y;
}

// Square root of a float in {0} and the normal numbers, within 3e-7.
float portable_sqrt(float x) {
  precise float y = uintBitsToFloat(0x5F3759DFu - (floatBitsToUint(x) >> 1));
  precise float h = x * 0.5;
  [[unroll]] for (int i = 0; i < 4; ++i) {
    precise float t = h * y;
    t = t * y;
    t = 1.5 - t;
    y = y * t;
  }
  precise float r = x * y;
  return r;
}

// Two standard normal numbers by Box and Muller's method: the radius from a, the angle from b.
vec2 normal_pair(uint a, uint b) {
  precise float u = float((a >> 8) + 1u) * 5.9604644775390625e-8;  // (0, 1]
  precise float l = portable_log(u);
  l = l * -2.0;
  l = max(l, 0.0);
  float radius = portable_sqrt(l);
  precise float angle = float((b << 2) >> 8) * 5.9604644775390625e-8;
  angle = angle - 0.5;
  angle = angle * 1.57079632679489662;  // [-pi/4, pi/4); the two high bits of b choose the quadrant
  precise float z = angle * angle;
  precise float s = z * -1.9515295891e-4;
  s = s + 8.3321608736e-3;
  s = s * z;
  s = s - 1.6666654611e-1;
  s = s * z;
  s = s * angle;
  s = s + angle;
  precise float c = z * 2.443315711809948e-5;
  c = c - 1.388731625493765e-3;
  c = c * z;
  c = c + 4.166664568298827e-2;
  c = c * z;
  c = c * z;
  precise float t = z * 0.5;
  c = c - t;
  c = c + 1.0;
  bool odd = (b & 0x40000000u) != 0u;
  bool negative = (b & 0x80000000u) != 0u;
  precise float x = odd ? -s : c;
  precise float y = odd ? c : s;
  x = x * radius;
  y = y * radius;
  return negative ? vec2(-x, -y) : vec2(x, y);
}

vec4 normal_of(uvec4 words) { return vec4(normal_pair(words.x, words.y), normal_pair(words.z, words.w)); }

// Standard Gumbel noise: argmax(logits + noise) is a sample of softmax(logits).
float gumbel_of(uint w) {
  // An exponential variate -log(1 - u), with fine steps near 0, where the winners are.
  precise float u = float(max(w, 1u)) * 2.3283064365386963e-10;
  precise float small = u * 0.33333334;
  small = small + 0.5;
  small = small * u;
  small = small + 1.0;
  small = small * u;
  precise float rest = float(16777216u - (w >> 8)) * 5.9604644775390625e-8;
  float large = -portable_log(rest);
  return -portable_log(w < 16777216u ? small : large);
}
