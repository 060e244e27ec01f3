#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "winograd.glsl"
// Winograd: a weight [3, 3, C, O] transformed to [36, panels, K, panel], the layout that the matrix product reads. K and
// the panels are C and O, or O and C (`backward`), where the taps are turned round too.
layout(constant_id = 0) const bool backward = false;
layout(binding = 0) uniform samplerBuffer weight;  // four elements a texel forwards, one backwards
layout(binding = 1, std430) writeonly restrict buffer Transformed { vec4 transformed[]; };
layout(push_constant) uniform Push {
  int count;         // k * quads
  int k;
  int quads;         // n / 4
  int panel_quads;   // columns of a panel / 4; 0: one panel of all
  int component;     // texels of one of the 36
};

vec4 tap(int index, int row, int quad) {
  if (!backward) return texelFetch(weight, (index * k + row) * quads + quad);
  const int first = ((8 - index) * quads + quad) * 4 * k + row;
  return vec4(texelFetch(weight, first).x, texelFetch(weight, first + k).x, texelFetch(weight, first + 2 * k).x,
              texelFetch(weight, first + 3 * k).x);
}

void main() {
  const int i = int(flat_invocation());
  if (i >= count) return;
  const int row = i / quads;
  const int quad = i % quads;
  vec4 e[3][6];  // [x][component in y]
  [[unroll]] for (int b = 0; b < 3; ++b) {
    apply_g(vec4[3](tap(b, row, quad), tap(3 + b, row, quad), tap(6 + b, row, quad)), e[b]);
  }
  const int to = (quad / panel_quads * k + row) * panel_quads + quad % panel_quads;
  [[unroll]] for (int a = 0; a < 6; ++a) {
    vec4 line[6];
    apply_g(vec4[3](e[0][a], e[1][a], e[2][a]), line);
    [[unroll]] for (int b = 0; b < 6; ++b) transformed[(a * 6 + b) * component + to] = line[b];
  }
}
