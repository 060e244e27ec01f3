#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "tile.glsl"
// C = op(A) op(B) (+ bias), one subgroup a tile of `rows` rows and 4 * lanes columns. A is held a texel a lane and
// broadcast by shuffles; lanes x vec4 run along N. Batches, and the parts of a split K, are in z.
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const int lanes = 8;  // of a subgroup; a workgroup is one
layout(constant_id = 1) const int rows = 16;  // 1, 2, 4, 8, 16 or 32
layout(constant_id = 2) const int step = 8;   // of K: 8, 16 or 32
layout(constant_id = 3) const bool a_transposed = false;
layout(constant_id = 4) const bool b_transposed = false;
layout(constant_id = 5) const int a_width = 4;  // elements a texel
layout(constant_id = 6) const int b_width = 4;
layout(constant_id = 7) const bool c_aligned = true;  // n is a multiple of 4
layout(constant_id = 8) const bool k_edge = false;    // k is no multiple of step
layout(constant_id = 9) const bool with_bias = false;
layout(constant_id = 10) const int k_per_fetch = 2;  // A transposed: min(lanes / row_quads, step)
layout(constant_id = 11) const int a_texels = 4;     // fetches of A in a step
layout(constant_id = 12) const int block = 4;        // rows of a sub-block: min(rows, 4)

layout(binding = 0) uniform samplerBuffer a;
layout(binding = 1) uniform samplerBuffer b;
layout(binding = 2) uniform samplerBuffer bias;
layout(binding = 3, std430) writeonly restrict buffer C4 { vec4 c4[]; };
layout(binding = 3, std430) writeonly restrict buffer C1 { float c1[]; };
layout(push_constant) uniform Push {
  int m, n, k;
  int a_row, a_panel, a_batch;  // elements between rows (of the array as it lies), tiles (A transposed), batches
  int b_row, b_panel, b_batch;  // ... between panels of 4 * lanes columns
  int batches, b_batches;       // b repeats after b_batches
  int k_part;                   // K of one part of a split K
};

const int quads = step / 4;               // of K in a step
const int rows_per_fetch = lanes / quads;  // A as it lies
const int row_quads = (rows + 3) / 4;      // A transposed: texels of a k

void main() {
  const int lane = int(gl_SubgroupInvocationID);
  const int m0 = int(gl_WorkGroupID.x) * rows;
  const int panel = int(gl_WorkGroupID.y);
  const int n0 = panel * 4 * lanes;
  const int z = int(gl_WorkGroupID.z);
  const int batch = z % batches;
  const int k_begin = z / batches * k_part;
  const int k_end = min(k_begin + k_part, k);

  int a_base[a_texels];
  [[unroll]] for (int f = 0; f < a_texels; ++f) {
    const int row = min(m0 + f * rows_per_fetch + lane / quads, m - 1);
    a_base[f] = batch * a_batch + row * a_row;
  }
  // A transposed: this lane's rows of C in k 0.
  const ivec4 a_first = texels_at(batch * a_batch + int(gl_WorkGroupID.x) * (a_panel - rows), m0 + 4 * (lane % row_quads), m, a_width);
  const int a_step = a_row / a_width;
  const int b_start = batch % b_batches * b_batch;
  // B as it lies: this lane's columns of row 0, and texels from row to row.
  const ivec4 b_first = texels_at(b_start + panel * (b_panel - 4 * lanes), n0 + 4 * lane, n, b_width);
  const int b_step = b_row / b_width;

  int b_columns[4];  // B transposed: where this lane's columns begin
  [[unroll]] for (int t = 0; t < 4; ++t) b_columns[t] = b_start + min(n0 + t * lanes + lane, n - 1) * b_row;

  vec4 acc[rows];
  vec4 start = vec4(0);
  if (with_bias) {
    if (b_transposed) {
      [[unroll]] for (int t = 0; t < 4; ++t) start[t] = texelFetch(bias, min(n0 + t * lanes + lane, n - 1)).x;
    } else {
      start = fetch4_clamped(bias, 0, n0 + 4 * lane, n, c_aligned ? 4 : 1);
    }
  }
  [[unroll]] for (int i = 0; i < rows; ++i) acc[i] = start;

  for (int k0 = k_begin; k0 < k_end; k0 += step) {
    vec4 av[a_texels];
    vec4 bv[step];
    [[unroll]] for (int f = 0; f < a_texels; ++f) {
      if (a_transposed) {
        const int kk = k0 + f * k_per_fetch + lane / row_quads % k_per_fetch;
        av[f] = fetch4_at(a, a_first + (k_edge ? min(kk, k_end - 1) : kk) * a_step, a_width);
        if (k_edge) av[f] = kk < k_end ? av[f] : vec4(0);
      } else {
        const int kk = k0 + 4 * (lane % quads);
        if (k_edge) {
          av[f] = zero_from(fetch4_clamped(a, a_base[f], kk, k_end, a_width), kk, k_end);
        } else {
          av[f] = fetch4(a, a_base[f] + kk, a_width);
        }
      }
    }
    if (b_transposed) {  // bv[4 * quad + t]: four k of column t * lanes + lane
      [[unroll]] for (int quad = 0; quad < quads; ++quad) {
        [[unroll]] for (int t = 0; t < 4; ++t) {
          const int kk = k0 + 4 * quad;
          bv[4 * quad + t] = k_edge ? fetch4_clamped(b, b_columns[t], kk, k_end, b_width)
                                    : fetch4(b, b_columns[t] + kk, b_width);
        }
      }
    } else {  // bv[q]: four columns of row q
      [[unroll]] for (int q = 0; q < step; ++q) {
        const int kk = k_edge ? min(k0 + q, k_end - 1) : k0 + q;
        bv[q] = fetch4_at(b, b_first + kk * b_step, b_width);
      }
    }
    [[unroll]] for (int ib = 0; ib < rows / block; ++ib) {
      [[unroll]] for (int q = 0; q < step; ++q) {
        [[unroll]] for (int ii = 0; ii < block; ++ii) {
          const int i = ib * block + ii;
          float x;
          if (a_transposed) {
            x = subgroupShuffle(av[q / k_per_fetch][i & 3], uint(q % k_per_fetch * row_quads + (i >> 2)));
          } else {
            x = subgroupShuffle(av[i / rows_per_fetch][q & 3], uint(i % rows_per_fetch * quads + (q >> 2)));
          }
          if (b_transposed) {
            const int first = (q >> 2) * 4;
            acc[i] += x * vec4(bv[first][q & 3], bv[first + 1][q & 3], bv[first + 2][q & 3], bv[first + 3][q & 3]);
          } else {
            acc[i] += x * bv[q];
          }
        }
      }
    }
  }

  [[unroll]] for (int i = 0; i < rows; ++i) {
    const int row = m0 + i;
    if (row >= m) continue;
    const int c_base = (z * m + row) * n;
    if (!b_transposed && c_aligned) {
      if (n0 + 4 * lane < n) c4[(c_base + n0) / 4 + lane] = acc[i];
    } else {
      [[unroll]] for (int t = 0; t < 4; ++t) {
        const int column = n0 + (b_transposed ? t * lanes + lane : 4 * lane + t);
        if (column < n) c1[c_base + column] = acc[i][t];
      }
    }
  }
}
