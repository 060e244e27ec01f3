#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "shared_tile.glsl"
#include "tile.glsl"
// What conv2d_grad_weight.comp does, by tiles in shared memory: rows are channels of x, columns of y, K the pixels.
layout(binding = 0) uniform samplerBuffer x;       // [B, H, W, C]
layout(binding = 1) uniform samplerBuffer grad_y;  // [B, OH, OW, O]
layout(binding = 2, std430) writeonly restrict buffer Weight { float grad_weight[]; };
#include "conv2d_grad_weight.glsl"

void main() {
  const int me = int(gl_LocalInvocationIndex);
  const int m0 = int(gl_WorkGroupID.x) * tile_rows;
  const int n0 = int(gl_WorkGroupID.y) * tile_columns;
  const int z = int(gl_WorkGroupID.z);
  const int tap = z % taps;
  const int group = z / taps % groups;
  const int part = z / (taps * groups);
  const int end = min((part + 1) * part_pixels, pixels);

  clear_tile();
  for (int p0 = part * part_pixels; p0 < end; p0 += tile_depth) {
    [[unroll]] for (int load = 0; load < a_loads; ++load) {
      const int e = load * team + me;
      const int row = e % tile_rows;
      const int q = e / tile_rows;
      int base;
      const bool inside = source_pixel(min(p0 + q, end - 1), tap, base);
      tile_a[q * a_stride + row] =
          fetch_or_zero(x, base + group * m + m0 + row, inside && p0 + q < end && m0 + row < m);
    }
    [[unroll]] for (int load = 0; load < b_loads; ++load) {
      const int e = load * team + me;
      const int column = e % tile_columns;
      const int q = e / tile_columns;
      tile_b[q * b_stride + column] = fetch_or_zero(grad_y, (p0 + q) * out_channels + group * n + n0 + column,
                                                    p0 + q < end && n0 + column < n);
    }
    multiply_tiles();
  }

  const int column = n0 + 4 * int(gl_LocalInvocationID.x);
  [[unroll]] for (int i = 0; i < line_rows; ++i) {
    const int row = m0 + int(gl_LocalInvocationID.y) * line_rows + i;
    [[unroll]] for (int t = 0; t < 4; ++t) {
      if (row >= m || column + t >= n) continue;
      grad_weight[((part * taps + tap) * m + row) * out_channels + group * n + column + t] = acc[i][t];
    }
  }
}
