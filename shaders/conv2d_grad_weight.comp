#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "tile.glsl"
// Gradient of a convolution for its weight [KH, KW, C / groups, O]: for each tap the product x^T grad_y over all pixels.
// One subgroup makes `rows` channels of x by 4 * lanes channels of y of one tap; z is the tap, the group and the part of
// the pixels (their sums are added by matmul_sum).
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const int lanes = 8;  // of a subgroup; a workgroup is one
layout(constant_id = 1) const int rows = 16;  // channels of x: 1, 2, 4, 8 or 16
layout(constant_id = 2) const int step = 8;   // pixels
layout(constant_id = 3) const int x_width = 4;  // elements a texel
layout(constant_id = 4) const int g_width = 4;
layout(constant_id = 5) const int pixels_per_fetch = 2;  // min(lanes / row_quads, step)
layout(constant_id = 6) const int fetches = 4;           // step / pixels_per_fetch
layout(constant_id = 7) const int block = 4;             // rows of a sub-block: min(rows, 4)
// For few channels of y: the roles of x and y are swapped, rows are channels of y and columns those of x.
layout(constant_id = 8) const bool swapped = false;

layout(binding = 0) uniform samplerBuffer x;       // [B, H, W, C]
layout(binding = 1) uniform samplerBuffer grad_y;  // [B, OH, OW, O]
layout(binding = 2, std430) writeonly restrict buffer Weight4 { vec4 grad_weight4[]; };
layout(binding = 2, std430) writeonly restrict buffer Weight1 { float grad_weight1[]; };
#include "conv2d_grad_weight.glsl"

const int row_quads = (rows + 3) / 4;

void main() {
  const int lane = int(gl_SubgroupInvocationID);
  const int m0 = int(gl_WorkGroupID.x) * rows;
  const int n0 = int(gl_WorkGroupID.y) * 4 * lanes;
  const int z = int(gl_WorkGroupID.z);
  const int tap = z % taps;
  const int group = z / taps % groups;
  const int part = z / (taps * groups);
  const int begin = part * part_pixels;
  const int end = min(begin + part_pixels, pixels);

  const int row_count = swapped ? n : m;
  const int column_count = swapped ? m : n;
  const ivec4 x_first = texels_at(group * m, n0 + 4 * lane, m, x_width);  // this lane's columns in pixel 0
  const ivec4 g_first = texels_at(group * n, n0 + 4 * lane, n, g_width);
  const int g_step = out_channels / g_width;

  vec4 acc[rows];
  [[unroll]] for (int i = 0; i < rows; ++i) acc[i] = vec4(0);
  for (int p0 = begin; p0 < end; p0 += step) {
    vec4 xv[fetches];
    vec4 gv[step];
    [[unroll]] for (int f = 0; f < fetches; ++f) {
      const int p = p0 + f * pixels_per_fetch + lane / row_quads % pixels_per_fetch;
      const int channel = m0 + 4 * (lane % row_quads);
      int base;
      bool inside = p < end;
      if (swapped) {
        xv[f] = fetch4_clamped(grad_y, min(p, end - 1) * out_channels + group * n, channel, n, g_width);
      } else {
        inside = source_pixel(min(p, end - 1), tap, base) && inside;
        xv[f] = fetch4_clamped(x, base + group * m, channel, m, x_width);
      }
      xv[f] = inside ? xv[f] : vec4(0);
    }
    [[unroll]] for (int q = 0; q < step; ++q) {
      const int pixel = min(p0 + q, end - 1);
      if (swapped) {
        int base;
        const bool inside = source_pixel(pixel, tap, base);
        const vec4 value = fetch4_at(x, x_first + base / x_width, x_width);
        gv[q] = inside ? value : vec4(0);
      } else {
        gv[q] = fetch4_at(grad_y, g_first + pixel * g_step, g_width);
      }
    }
    [[unroll]] for (int ib = 0; ib < rows / block; ++ib) {
      [[unroll]] for (int q = 0; q < step; ++q) {
        [[unroll]] for (int ii = 0; ii < block; ++ii) {
          const int i = ib * block + ii;
          acc[i] += subgroupShuffle(xv[q / pixels_per_fetch][i & 3], uint(q % pixels_per_fetch * row_quads + (i >> 2))) * gv[q];
        }
      }
    }
  }

  [[unroll]] for (int i = 0; i < rows; ++i) {
    if (m0 + i >= row_count) continue;
    const int c_stride = swapped ? out_channels : 1;  // from column to column
    const int base = (part * taps + tap) * m * out_channels + group * n + (m0 + i) * (swapped ? 1 : out_channels);
    if (g_width == 4 && !swapped) {
      if (n0 + 4 * lane < n) grad_weight4[(base + n0) / 4 + lane] = acc[i];
    } else {
      [[unroll]] for (int t = 0; t < 4; ++t) {
        const int column = n0 + 4 * lane + t;
        if (column < column_count) grad_weight1[base + column * c_stride] = acc[i][t];
      }
    }
  }
}
