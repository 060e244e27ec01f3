#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "winograd.glsl"
// Winograd, gradient for the weight: the 4x4 pixels of each tile of the output's gradient, transformed.
layout(binding = 0) uniform samplerBuffer grad_y;  // [B, H, W, C]
layout(binding = 1, std430) writeonly restrict buffer Tiles { vec4 transformed[]; };
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

  vec4 e[4][6];  // [x][component in y]
  [[unroll]] for (int b = 0; b < 4; ++b) {
    vec4 d[4];
    [[unroll]] for (int a = 0; a < 4; ++a) {
      const int py = row * 4 + a;
      const int px = column * 4 + b;
      const bool inside = py < height && px < width;
      const vec4 value = texelFetch(grad_y, inside ? ((image * height + py) * width + px) * quads + quad : 0);
      d[a] = inside ? value : vec4(0);
    }
    apply_a_transposed(d, e[b]);
  }
  const int at = tile_texel(tile, block, quads, quad);
  [[unroll]] for (int a = 0; a < 6; ++a) {
    vec4 line[6];
    apply_a_transposed(vec4[4](e[0][a], e[1][a], e[2][a], e[3][a]), line);
    [[unroll]] for (int b = 0; b < 6; ++b) transformed[at + (a * 6 + b) * block * quads] = line[b];
  }
}
