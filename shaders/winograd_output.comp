#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "winograd.glsl"
// Winograd: products of transformed tiles and weights, back to 4x4 pixels each (plus the bias).
layout(constant_id = 0) const bool with_bias = false;
layout(binding = 0) uniform samplerBuffer products;
layout(binding = 1) uniform samplerBuffer bias;
layout(binding = 2, std430) writeonly restrict buffer Y { vec4 y[]; };  // [B, H, W, C]
layout(push_constant) uniform Push {
  int count;  // tiles * quads
  int quads;  // C / 4
  int height, width;
  int rows, columns;  // of tiles in a picture
  int padding;        // unused
  int block;
  float per_quads, per_rows, per_columns;
};

void main() {
  const int i = int(flat_invocation());
  if (i >= count) return;
  int quad, column, row;
  const int tile = divide(i, quads, per_quads, quad);
  const int image = divide(divide(tile, columns, per_columns, column), rows, per_rows, row);
  const int from = tile_texel(tile, block, quads, quad);

  vec4 e[6][4];  // [component in x][y]
  [[unroll]] for (int b = 0; b < 6; ++b) {
    vec4 d[6];
    [[unroll]] for (int a = 0; a < 6; ++a) d[a] = texelFetch(products, from + (a * 6 + b) * block * quads);
    apply_a(d, e[b]);
  }
  vec4 start = vec4(0);
  if (with_bias) start = texelFetch(bias, quad);
  [[unroll]] for (int a = 0; a < 4; ++a) {
    vec4 line[4];
    apply_a(vec4[6](e[0][a], e[1][a], e[2][a], e[3][a], e[4][a], e[5][a]), line);
    [[unroll]] for (int b = 0; b < 4; ++b) {
      const int py = row * 4 + a;
      const int px = column * 4 + b;
      if (py < height && px < width) y[((image * height + py) * width + px) * quads + quad] = start + line[b];
    }
  }
}
