#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// One AdamW step of four parameters an invocation, in place. An invocation reads what it overwrites before it writes.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;
layout(constant_id = 2) const bool with_ema = false;
layout(binding = 0) uniform samplerBuffer parameters;
layout(binding = 1) uniform samplerBuffer first_moment;
layout(binding = 2) uniform samplerBuffer second_moment;
layout(binding = 3) uniform samplerBuffer average;
layout(binding = 4) uniform samplerBuffer gradients;
layout(binding = 5) uniform samplerBuffer hyper;  // two texels: see AdamwHyper
layout(binding = 6) uniform samplerBuffer gradient_scale;
FLOAT_BUFFER(7, new_parameters)
FLOAT_BUFFER(8, new_first)
FLOAT_BUFFER(9, new_second)
FLOAT_BUFFER(10, new_average)
layout(push_constant) uniform Push { uint count; uint decay_count; };

void main() {
  const uint i = flat_invocation();
  const vec4 h0 = texelFetch(hyper, 0);
  const vec4 h1 = texelFetch(hyper, 1);
  const float scale = texelFetch(gradient_scale, 0).x;
  if (4 * i >= count || !(scale > 0)) return;
  vec4 parameter = texelFetch(parameters, int(i));
  vec4 m = texelFetch(first_moment, int(i));
  vec4 v = texelFetch(second_moment, int(i));
  const vec4 gradient = texelFetch(gradients, int(i)) * scale;
  vec4 ema = vec4(0);
  if (with_ema) ema = texelFetch(average, int(i));
  const vec4 decays = vec4(lessThan(4 * i + uvec4(0, 1, 2, 3), uvec4(decay_count)));
  m = h0.y * m + (1 - h0.y) * gradient;
  v = h0.z * v + (1 - h0.z) * gradient * gradient;
  parameter -= h0.x * (m * h1.y / (sqrt(v * h1.z) + h0.w) + h1.x * decays * parameter);
  STORE_VEC4(new_parameters, i, count, aligned, parameter)
  STORE_VEC4(new_first, i, count, aligned, m)
  STORE_VEC4(new_second, i, count, aligned, v)
  if (with_ema) {
    ema += h1.w * (parameter - ema);
    STORE_VEC4(new_average, i, count, aligned, ema)
  }
}
