#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "winograd.glsl"
// Winograd, gradient for the weight: sums of products [36, C, O] of transformed tiles, back to [3, 3, C, O].
layout(binding = 0) uniform samplerBuffer products;
layout(binding = 1, std430) writeonly restrict buffer GradWeight { vec4 grad_weight[]; };
layout(push_constant) uniform Push {
  int count;  // C * O / 4
};

void main() {
  const int i = int(flat_invocation());
  if (i >= count) return;
  vec4 e[6][3];  // [component in x][y]
  [[unroll]] for (int b = 0; b < 6; ++b) {
    vec4 d[6];
    [[unroll]] for (int a = 0; a < 6; ++a) d[a] = texelFetch(products, (a * 6 + b) * count + i);
    apply_g_transposed(d, e[b]);
  }
  [[unroll]] for (int a = 0; a < 3; ++a) {
    vec4 line[3];
    apply_g_transposed(vec4[6](e[0][a], e[1][a], e[2][a], e[3][a], e[4][a], e[5][a]), line);
    [[unroll]] for (int b = 0; b < 3; ++b) grad_weight[(a * 3 + b) * count + i] = line[b];
  }
}
