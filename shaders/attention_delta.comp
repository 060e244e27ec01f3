#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// Dot products of the rows of two arrays, delta [B, S, H]: what attention's output and its gradient have in common.
layout(local_size_x = 64) in;
layout(binding = 0) uniform samplerBuffer a;
layout(binding = 1) uniform samplerBuffer b;
layout(binding = 2, std430) writeonly restrict buffer Delta { float delta[]; };
layout(push_constant) uniform Push { int count; int texels; };

void main() {
  const int i = int(flat_invocation());
  if (i >= count) return;
  float total = 0.0;
  for (int t = 0; t < texels; ++t) total += dot(texelFetch(a, i * texels + t), texelFetch(b, i * texels + t));
  delta[i] = total;
}
