#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "shared_tile.glsl"
#include "tile.glsl"
// What conv2d.comp does, as an implicit matrix product by tiles in shared memory: rows are target pixels.
layout(constant_id = 2) const bool backward = false;
layout(constant_id = 3) const bool with_bias = false;

layout(binding = 0) uniform samplerBuffer x;
layout(binding = 1) uniform samplerBuffer weight;  // [KH, KW, C / groups, O]
layout(binding = 2) uniform samplerBuffer bias;
layout(binding = 3, std430) writeonly restrict buffer Y { float y[]; };
#include "conv2d.glsl"

void main() {
  const int me = int(gl_LocalInvocationIndex);
  const int chunk = int(gl_WorkGroupID.z) / groups;
  const int group = int(gl_WorkGroupID.z) % groups;
  const int m0 = (chunk * tiles + int(gl_WorkGroupID.x)) * tile_rows;
  const int n0 = int(gl_WorkGroupID.y) * tile_columns;
  if (m0 >= m) return;  // the whole workgroup

  int image[a_loads], ty[a_loads], tx[a_loads];  // of the pixels that this invocation brings
  [[unroll]] for (int load = 0; load < a_loads; ++load) {
    const int pixel = min(m0 + (load * team + me) / tile_depth, m - 1);
    const int line = divide(pixel, target_width, per_width, tx[load]);
    image[load] = divide(line, target_height, per_height, ty[load]);
  }
  clear_tile();
  for (int ky = 0; ky < kernel_height; ++ky) {
    for (int kx = 0; kx < kernel_width; ++kx) {
      const int w_base = (ky * kernel_width + kx) * w_tap + group * w_group;
      for (int k0 = 0; k0 < k; k0 += tile_depth) {
        [[unroll]] for (int load = 0; load < a_loads; ++load) {
          const int e = load * team + me;
          const int q = k0 + e % tile_depth;
          int base;
          const bool inside = source_pixel(image[load], ty[load], tx[load], ky, kx, base);
          tile_a[e % tile_depth * a_stride + e / tile_depth] = fetch_or_zero(x, base + group * k + q, inside && q < k);
        }
        [[unroll]] for (int load = 0; load < b_loads; ++load) {
          const int e = load * team + me;
          const int column = backward ? e / tile_depth : e % tile_columns;
          const int q = backward ? e % tile_depth : e / tile_columns;
          const int index = backward ? (n0 + column) * w_row + k0 + q : (k0 + q) * w_row + n0 + column;
          tile_b[q * b_stride + column] = fetch_or_zero(weight, w_base + index, n0 + column < n && k0 + q < k);
        }
        multiply_tiles();
      }
    }
  }

  const int column = n0 + 4 * int(gl_LocalInvocationID.x);
  [[unroll]] for (int i = 0; i < line_rows; ++i) {
    const int row = m0 + int(gl_LocalInvocationID.y) * line_rows + i;
    [[unroll]] for (int t = 0; t < 4; ++t) {
      if (row >= m || column + t >= n) continue;
      const float start = with_bias ? texelFetch(bias, group * n + column + t).x : 0.0;
      y[row * target_channels + group * n + column + t] = start + acc[i][t];
    }
  }
}
