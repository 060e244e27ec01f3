#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// One update of any linear multistep sampler: see sampling::StepCoefficients. Four elements an invocation, in place; an
// invocation reads what it overwrites before it writes.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;   // count is a multiple of 4
layout(constant_id = 2) const bool guided = false;   // model_output is {unconditional, conditional}
layout(constant_id = 3) const bool with_noise = false;
layout(constant_id = 4) const bool own_guidance = false;  // the scale is in `guidance_scale`, not in the row
layout(constant_id = 5) const uint remainder = 0;         // count % 4
layout(binding = 0) uniform samplerBuffer old_x;
layout(binding = 1) uniform samplerBuffer old_y;
layout(binding = 2) uniform samplerBuffer old_history0;
layout(binding = 3) uniform samplerBuffer old_history1;
layout(binding = 4) uniform samplerBuffer old_history2;
layout(binding = 5) uniform samplerBuffer model_output;
layout(binding = 6) uniform samplerBuffer row;
layout(binding = 7) uniform samplerBuffer noise;
layout(binding = 8) uniform samplerBuffer guidance_scale;
FLOAT_BUFFER(9, new_x)
FLOAT_BUFFER(10, new_y)
FLOAT_BUFFER(11, history0)
FLOAT_BUFFER(12, history1)
FLOAT_BUFFER(13, history2)
FLOAT_BUFFER(14, denoised)
layout(push_constant) uniform Push { uint count; };

// An operand of weight 0 does not count: it may be uninitialised, and 0 * NaN is NaN.
vec4 weighted(float weight, vec4 value) { return weight == 0 ? vec4(0) : weight * value; }

vec4 weighted(vec4 weights, vec4 m0, vec4 m1, vec4 m2, vec4 m3) {
  return weighted(weights.x, m0) + weighted(weights.y, m1) + weighted(weights.z, m2) + weighted(weights.w, m3);
}

// Four elements of model_output's second half, which starts within a texel if count is odd.
vec4 conditional(uint i) {
  const uint texel = count / 4 + i;
  const vec4 a = texelFetch(model_output, int(texel));
  if (remainder == 0) return a;
  const vec4 b = texelFetch(model_output, int(min(texel + 1, (2 * count - 1) / 4)));
  if (remainder == 1) return vec4(a.yzw, b.x);
  if (remainder == 2) return vec4(a.zw, b.xy);
  return vec4(a.w, b.xyz);
}

void main() {
  const uint i = flat_invocation();
  const vec4 r0 = texelFetch(row, 0);   // c_in, time, a_x, a_f
  const vec4 r1 = texelFetch(row, 1);   // c_x, c_y, s_x, s_y
  const vec4 c_m = texelFetch(row, 2);
  const vec4 s_m = texelFetch(row, 3);
  const vec4 r4 = texelFetch(row, 4);   // c_n, clip, guidance, slot
  const vec4 r5 = texelFetch(row, 5);   // alpha, sigma, d_x, d_m
  const uint slot = uint(r4.w);
  if (4 * i >= count) return;
  const vec4 x = texelFetch(old_x, int(i));
  const vec4 y = texelFetch(old_y, int(i));
  const vec4 h0 = texelFetch(old_history0, int(i));
  const vec4 h1 = texelFetch(old_history1, int(i));
  const vec4 h2 = texelFetch(old_history2, int(i));
  vec4 f = texelFetch(model_output, int(i));
  if (guided) {
    const float scale = own_guidance ? texelFetch(guidance_scale, 0).x : r4.z;
    f += scale * (conditional(i) - f);
  }
  vec4 m0 = weighted(r0.z, x) + weighted(r0.w, f);
  const float limit = r4.y > 0 ? r4.y : 3.4e38;
  m0 = clamp(m0, vec4(-limit), vec4(limit));
  const vec4 m1 = slot == 0 ? h2 : (slot == 1 ? h0 : h1);  // buffer (slot + 2) % 3
  const vec4 m2 = slot == 0 ? h1 : (slot == 1 ? h2 : h0);  // buffer (slot + 1) % 3
  const vec4 m3 = slot == 0 ? h0 : (slot == 1 ? h1 : h2);  // buffer slot
  vec4 x_next = weighted(r1.x, x) + weighted(r1.y, y) + weighted(c_m, m0, m1, m2, m3);
  if (with_noise) x_next += weighted(r4.x, texelFetch(noise, int(i)));
  STORE_VEC4(new_x, i, count, aligned, x_next)
  STORE_VEC4(denoised, i, count, aligned, weighted(r5.z, x) + weighted(r5.w, m0))
  if (r1.z != 0 || r1.w != 0 || s_m != vec4(0)) {
    STORE_VEC4(new_y, i, count, aligned, weighted(r1.z, x) + weighted(r1.w, y) + weighted(s_m, m0, m1, m2, m3))
  }
  if (slot == 0) STORE_VEC4(history0, i, count, aligned, m0)
  if (slot == 1) STORE_VEC4(history1, i, count, aligned, m0)
  if (slot == 2) STORE_VEC4(history2, i, count, aligned, m0)
}
