#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// One step of an optimiser with one moment, four parameters an invocation, in place. An invocation reads what it
// overwrites before it writes.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;
layout(constant_id = 2) const bool with_ema = false;
layout(constant_id = 3) const uint rule = 0;  // 0 momentum, 1 Nesterov's, 2 Lion
layout(binding = 0) uniform samplerBuffer parameters;
layout(binding = 1) uniform samplerBuffer momentum;
layout(binding = 2) uniform samplerBuffer average;
layout(binding = 3) uniform samplerBuffer gradients;
layout(binding = 4) uniform samplerBuffer hyper;  // two texels: see AdamwHyper
layout(binding = 5) uniform samplerBuffer gradient_scale;
FLOAT_BUFFER(6, new_parameters)
FLOAT_BUFFER(7, new_momentum)
FLOAT_BUFFER(8, new_average)
layout(push_constant) uniform Push { uint count; uint decay_count; };

void main() {
  const uint i = flat_invocation();
  const vec4 h0 = texelFetch(hyper, 0);
  const vec4 h1 = texelFetch(hyper, 1);
  const float scale = texelFetch(gradient_scale, 0).x;
  if (4 * i >= count || !(scale > 0)) return;
  vec4 parameter = texelFetch(parameters, int(i));
  vec4 m = texelFetch(momentum, int(i));
  const vec4 gradient = texelFetch(gradients, int(i)) * scale;
  vec4 ema = vec4(0);
  if (with_ema) ema = texelFetch(average, int(i));
  const vec4 decays = vec4(lessThan(4 * i + uvec4(0, 1, 2, 3), uvec4(decay_count)));
  vec4 change;
  if (rule == 2) {
    change = sign(h0.y * m + (1 - h0.y) * gradient);
    m = h0.z * m + (1 - h0.z) * gradient;
  } else {
    m = h0.y * m + gradient;
    change = rule == 1 ? gradient + h0.y * m : m;
  }
  parameter -= h0.x * (change + h1.x * decays * parameter);
  STORE_VEC4(new_parameters, i, count, aligned, parameter)
  STORE_VEC4(new_momentum, i, count, aligned, m)
  if (with_ema) {
    ema += h1.w * (parameter - ema);
    STORE_VEC4(new_average, i, count, aligned, ema)
  }
}
