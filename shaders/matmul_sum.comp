#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// Adds the parts of a split K (and the bias): y[i] = bias[i % n] + sum over parts of x[part * count + i].
layout(local_size_x = 64) in;
layout(constant_id = 0) const bool with_bias = false;
layout(binding = 0) uniform samplerBuffer x;
layout(binding = 1) uniform samplerBuffer bias;
layout(binding = 2, std430) writeonly restrict buffer Y { float y[]; };
layout(push_constant) uniform Push { int count; int n; int parts; };

void main() {
  const int i = int(flat_invocation());
  if (i >= count) return;
  float total = with_bias ? texelFetch(bias, i % n).x : 0.0;
  for (int part = 0; part < parts; ++part) total += texelFetch(x, part * count + i).x;
  y[i] = total;
}
