#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "winograd.glsl"
// Winograd: the 6x6 pixels of each tile of a picture, transformed.
layout(binding = 0) uniform samplerBuffer x;  // [B, H, W, C]
layout(binding = 1, std430) writeonly restrict buffer Tiles { vec4 transformed[]; };
layout(push_constant) uniform Push {
  int count;          // tiles * quads
  int quads;          // C / 4
  int height, width;
  int rows, columns;  // of tiles in a picture
  int padding;
  int block;
  float per_quads, per_rows, per_columns;
};

void main() {
  const int i = int(flat_invocation());
  if (i >= count) return;
  int quad, column, row;
  const int tile = divide(i, quads, per_quads, quad);
  const int image = divide(divide(tile, columns, per_columns, column), rows, per_rows, row);
  const int y0 = row * 4 - padding;
  const int x0 = column * 4 - padding;

  vec4 d[6][6];  // [x][y], then [x][transformed y]
  [[unroll]] for (int b = 0; b < 6; ++b) {
    [[unroll]] for (int a = 0; a < 6; ++a) {
      const bool inside = uint(y0 + a) < uint(height) && uint(x0 + b) < uint(width);
      const vec4 value = texelFetch(x, inside ? ((image * height + y0 + a) * width + x0 + b) * quads + quad : 0);
      d[b][a] = inside ? value : vec4(0);
    }
    apply_b(d[b], d[b]);
  }
  const int at = tile_texel(tile, block, quads, quad);
  [[unroll]] for (int a = 0; a < 6; ++a) {
    vec4 e[6];
    apply_b(vec4[6](d[0][a], d[1][a], d[2][a], d[3][a], d[4][a], d[5][a]), e);
    [[unroll]] for (int b = 0; b < 6; ++b) transformed[at + (a * 6 + b) * block * quads] = e[b];
  }
}
