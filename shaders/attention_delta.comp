#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// delta [B, S, H]: the dot products of the rows of attention's output and its gradient, less the gradient of the
// logarithms of the sums if there is one. It is what every score's gradient is lowered by.
layout(local_size_x = 64) in;
layout(constant_id = 0) const bool with_grad_log_sum = false;
layout(binding = 0) uniform samplerBuffer a;
layout(binding = 1) uniform samplerBuffer b;
layout(binding = 2) uniform samplerBuffer grad_log_sum;  // [B, H, S]
layout(binding = 3, std430) writeonly restrict buffer Delta { float delta[]; };
layout(push_constant) uniform Push { int count; int texels; int heads; int queries; };

void main() {
  const int i = int(flat_invocation());
  if (i >= count) return;
  float total = 0.0;
  for (int t = 0; t < texels; ++t) total += dot(texelFetch(a, i * texels + t), texelFetch(b, i * texels + t));
  if (with_grad_log_sum) {
    const int head = i % heads;
    const int row = i / heads;
    total -= texelFetch(grad_log_sum, (row / queries * heads + head) * queries + row % queries).x;
  }
  delta[i] = total;
}
