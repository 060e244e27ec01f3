#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "tile.glsl"
// Convolution of [B, H, W, C] pictures by gathering, and (`backward`) its gradient for the input, which is the transposed
// convolution. One subgroup makes `rows` pixels and 4 * lanes channels of the target; the source is held a texel a lane
// and broadcast by shuffles. The weight is [KH, KW, C / groups, O] in both cases.
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const int lanes = 8;  // of a subgroup; a workgroup is one
layout(constant_id = 1) const int rows = 16;  // pixels: 1, 2, 4, 8 or 16
layout(constant_id = 2) const int step = 8;   // source channels: 4 or 8
layout(constant_id = 3) const bool backward = false;
layout(constant_id = 4) const int x_width = 4;  // elements a texel
layout(constant_id = 5) const int w_width = 4;
layout(constant_id = 6) const bool y_aligned = true;  // target channels (of a group too) are a multiple of 4
layout(constant_id = 7) const bool k_edge = false;    // source channels of a group are no multiple of step
layout(constant_id = 8) const bool with_bias = false;
layout(constant_id = 9) const int fetches = 4;  // texels of the source a lane holds
layout(constant_id = 10) const int block = 4;   // rows of a sub-block: min(rows, 4)
// Backwards with a stride: target pixels whose y and x have the same rest by it share their taps, so that a tile is of
// one such phase and skips the others. m counts the pixels of a phase, and per_width and per_height belong to it.
layout(constant_id = 11) const int phases = 1;  // the stride, or 1

layout(binding = 0) uniform samplerBuffer x;
layout(binding = 1) uniform samplerBuffer weight;
layout(binding = 2) uniform samplerBuffer bias;
layout(binding = 3, std430) writeonly restrict buffer Y4 { vec4 y4[]; };
layout(binding = 3, std430) writeonly restrict buffer Y1 { float y1[]; };
#include "conv2d.glsl"

const int quads = step / 4;
const int rows_per_fetch = lanes / quads;

// Target pixel of row `row` of a phase, and its image.
int target_pixel(int row, int phase_y, int phase_x, out int ty, out int tx) {
  const int line = divide(row, (target_width + phases - 1) / phases, per_width, tx);
  const int image = divide(line, (target_height + phases - 1) / phases, per_height, ty);
  ty = ty * phases + phase_y;
  tx = tx * phases + phase_x;
  return image;
}

// Whether a tap reaches source pixels from a phase, in one axis.
bool reaches(int tap, int phase) { return phases == 1 || (phase + padding + tap * dilation * (phases - 1)) % phases == 0; }

void main() {
  const int lane = int(gl_SubgroupInvocationID);
  const int phase = int(gl_WorkGroupID.z) / groups % (phases * phases);
  const int phase_y = phase / phases;
  const int phase_x = phase % phases;
  const int chunk = int(gl_WorkGroupID.z) / (groups * phases * phases);
  const int group = int(gl_WorkGroupID.z) % groups;
  const int m0 = (chunk * tiles + int(gl_WorkGroupID.x)) * rows;
  const int n0 = int(gl_WorkGroupID.y) * 4 * lanes;
  if (m0 >= m) return;

  int image[fetches], ty[fetches], tx[fetches];
  [[unroll]] for (int f = 0; f < fetches; ++f) {
    const int row = min(m0 + f * rows_per_fetch + lane / quads, m - 1);
    image[f] = target_pixel(row, phase_y, phase_x, ty[f], tx[f]);
  }
  const ivec4 w_first = texels_at(group * w_group, n0 + 4 * lane, n, w_width);  // forward: this lane's columns of row 0
  const int w_step = w_row / w_width;

  vec4 acc[rows];
  vec4 start = vec4(0);
  if (with_bias) {
    if (backward) {
      [[unroll]] for (int t = 0; t < 4; ++t) start[t] = texelFetch(bias, group * n + min(n0 + t * lanes + lane, n - 1)).x;
    } else {
      start = fetch4_clamped(bias, group * n, n0 + 4 * lane, n, y_aligned ? 4 : 1);
    }
  }
  [[unroll]] for (int i = 0; i < rows; ++i) acc[i] = start;

  for (int ky = 0; ky < kernel_height; ++ky) {
    for (int kx = 0; kx < kernel_width; ++kx) {
      const int k_end = reaches(ky, phase_y) && reaches(kx, phase_x) ? k : 0;
      const int tap = ky * kernel_width + kx;
      const int w_base = tap * w_tap + group * w_group;
      int base[fetches];
      bool inside[fetches];
      [[unroll]] for (int f = 0; f < fetches; ++f) {
        inside[f] = source_pixel(image[f], ty[f], tx[f], ky, kx, base[f]);
        base[f] += group * k;
      }
      for (int k0 = 0; k0 < k_end; k0 += step) {
        vec4 xv[fetches];
        vec4 wv[step];
        const int kk = k0 + 4 * (lane % quads);
        [[unroll]] for (int f = 0; f < fetches; ++f) {
          if (k_edge) {
            xv[f] = fetch4_clamped(x, base[f], kk, k, x_width);
            xv[f] = zero_from(xv[f], inside[f] ? kk : k, k);
          } else {
            xv[f] = fetch4(x, base[f] + kk, x_width);
            xv[f] = inside[f] ? xv[f] : vec4(0);
          }
        }
        if (backward) {  // wv[4 * quad + t]: four of o for channel t * lanes + lane
          [[unroll]] for (int quad = 0; quad < quads; ++quad) {
            [[unroll]] for (int t = 0; t < 4; ++t) {
              const int at = w_base + min(n0 + t * lanes + lane, n - 1) * w_row;
              wv[4 * quad + t] = fetch4_clamped(weight, at, k0 + 4 * quad, k, w_width);
            }
          }
        } else {  // wv[q]: four of o for source channel q
          [[unroll]] for (int q = 0; q < step; ++q) {
            const int row = tap * k + (k_edge ? min(k0 + q, k - 1) : k0 + q);
            wv[q] = fetch4_at(weight, w_first + row * w_step, w_width);
          }
        }
        [[unroll]] for (int ib = 0; ib < rows / block; ++ib) {
          [[unroll]] for (int q = 0; q < step; ++q) {
            [[unroll]] for (int ii = 0; ii < block; ++ii) {
              const int i = ib * block + ii;
              const float s = subgroupShuffle(xv[i / rows_per_fetch][q & 3], uint(i % rows_per_fetch * quads + (q >> 2)));
              if (backward) {
                const int first = (q >> 2) * 4;
                acc[i] += s * vec4(wv[first][q & 3], wv[first + 1][q & 3], wv[first + 2][q & 3], wv[first + 3][q & 3]);
              } else {
                acc[i] += s * wv[q];
              }
            }
          }
        }
      }
    }
  }

  [[unroll]] for (int i = 0; i < rows; ++i) {
    int pixel = m0 + i;
    bool stored = pixel < m;
    if (phases > 1) {
      int py, px;
      const int picture = target_pixel(min(pixel, m - 1), phase_y, phase_x, py, px);
      stored = stored && py < target_height && px < target_width;
      pixel = (picture * target_height + py) * target_width + px;
    }
    const int y_base = pixel * target_channels + group * n;
    if (!backward && y_aligned) {
      if (stored && n0 + 4 * lane < n) y4[(y_base + n0) / 4 + lane] = acc[i];
    } else {
      [[unroll]] for (int t = 0; t < 4; ++t) {
        const int column = n0 + (backward ? t * lanes + lane : 4 * lane + t);
        if (stored && column < n) y1[y_base + column] = acc[i][t];
      }
    }
  }
}
