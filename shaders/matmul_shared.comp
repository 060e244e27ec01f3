#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "shared_tile.glsl"
// C = op(A) op(B) (+ bias) by tiles in shared memory. Batches, and the parts of a split K, are in z.
layout(constant_id = 2) const bool a_transposed = false;
layout(constant_id = 3) const bool b_transposed = false;
layout(constant_id = 4) const bool with_bias = false;

layout(binding = 0) uniform samplerBuffer a;
layout(binding = 1) uniform samplerBuffer b;
layout(binding = 2) uniform samplerBuffer bias;
layout(binding = 3, std430) writeonly restrict buffer C { float c[]; };
layout(push_constant) uniform Push {
  int m, n, k;
  int a_row, a_batch;  // elements between rows (of the array as it lies), between batches
  int b_row, b_batch;
  int batches, b_batches;  // b repeats after b_batches
  int k_part;              // K of one part of a split K
};

void main() {
  const int me = int(gl_LocalInvocationIndex);
  const int n0 = int(gl_WorkGroupID.x) * tile_columns;
  const int m0 = int(gl_WorkGroupID.y) * tile_rows;
  const int z = int(gl_WorkGroupID.z);
  const int batch = z % batches;
  const int k_begin = z / batches * k_part;
  const int k_end = min(k_begin + k_part, k);
  const int a_base = batch * a_batch;
  const int b_base = batch % b_batches * b_batch;

  clear_tile();
  for (int k0 = k_begin; k0 < k_end; k0 += tile_depth) {
    [[unroll]] for (int load = 0; load < a_loads; ++load) {  // neighbours read neighbours
      const int e = load * team + me;
      const int row = a_transposed ? e % tile_rows : e / tile_depth;
      const int q = a_transposed ? e / tile_rows : e % tile_depth;
      const int index = a_base + (a_transposed ? (k0 + q) * a_row + m0 + row : (m0 + row) * a_row + k0 + q);
      tile_a[q * a_stride + row] = fetch_or_zero(a, index, m0 + row < m && k0 + q < k_end);
    }
    [[unroll]] for (int load = 0; load < b_loads; ++load) {
      const int e = load * team + me;
      const int column = b_transposed ? e / tile_depth : e % tile_columns;
      const int q = b_transposed ? e % tile_depth : e / tile_columns;
      const int index = b_base + (b_transposed ? (n0 + column) * b_row + k0 + q : (k0 + q) * b_row + n0 + column);
      tile_b[q * b_stride + column] = fetch_or_zero(b, index, n0 + column < n && k0 + q < k_end);
    }
    multiply_tiles();
  }

  const int column = n0 + 4 * int(gl_LocalInvocationID.x);
  [[unroll]] for (int i = 0; i < line_rows; ++i) {
    const int row = m0 + int(gl_LocalInvocationID.y) * line_rows + i;
    [[unroll]] for (int t = 0; t < 4; ++t) {
      if (row >= m || column + t >= n) continue;
      const float start = with_bias ? texelFetch(bias, column + t).x : 0.0;
      c[(z * m + row) * n + column + t] = start + acc[i][t];
    }
  }
}
