#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "tile.glsl"
// What conv2d.comp does, for few target channels a group: a lane has pixels of its own and all their channels, and the
// weight is the same for all lanes.
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const int lanes = 8;  // invocations of a workgroup
layout(constant_id = 1) const int held = 8;   // pixels of a lane
layout(constant_id = 2) const bool backward = false;
layout(constant_id = 3) const int x_width = 4;  // elements a texel
layout(constant_id = 4) const int w_width = 4;
layout(constant_id = 5) const bool with_bias = false;
layout(constant_id = 6) const int blocks = 1;  // of four target channels

layout(binding = 0) uniform samplerBuffer x;
layout(binding = 1) uniform samplerBuffer weight;
layout(binding = 2) uniform samplerBuffer bias;
layout(binding = 3, std430) writeonly restrict buffer Y { float y[]; };
#include "conv2d.glsl"

void main() {
  const int chunk = int(gl_WorkGroupID.z) / groups;
  const int group = int(gl_WorkGroupID.z) % groups;
  const int first = (chunk * tiles + int(gl_WorkGroupID.x)) * lanes * held + int(gl_LocalInvocationID.x);

  int image[held], ty[held], tx[held];
  vec4 acc[held * blocks];
  vec4 start[blocks];
  [[unroll]] for (int b = 0; b < blocks; ++b) {
    start[b] = with_bias ? fetch4_clamped(bias, group * n, 4 * b, n, 1) : vec4(0);
  }
  [[unroll]] for (int p = 0; p < held; ++p) {
    const int line = divide(min(first + p * lanes, m - 1), target_width, per_width, tx[p]);
    image[p] = divide(line, target_height, per_height, ty[p]);
    [[unroll]] for (int b = 0; b < blocks; ++b) acc[p * blocks + b] = start[b];
  }
  for (int ky = 0; ky < kernel_height; ++ky) {
    for (int kx = 0; kx < kernel_width; ++kx) {
      const int w_base = (ky * kernel_width + kx) * w_tap + group * w_group;
      int base[held];
      bool inside[held];
      [[unroll]] for (int p = 0; p < held; ++p) inside[p] = source_pixel(image[p], ty[p], tx[p], ky, kx, base[p]);
      for (int k0 = 0; k0 < k; k0 += 4) {
        vec4 xv[held];
        [[unroll]] for (int p = 0; p < held; ++p) {
          xv[p] = fetch4_clamped(x, base[p] + group * k, k0, k, x_width);
          if (x_width == 1) {
            xv[p] = zero_from(xv[p], inside[p] ? k0 : k, k);
          } else {
            xv[p] = inside[p] ? xv[p] : vec4(0);
          }
        }
        [[unroll]] for (int b = 0; b < blocks; ++b) {
          vec4 wv[4];  // forward: four target channels of source channel q; backward: four source channels of target q
          [[unroll]] for (int q = 0; q < 4; ++q) {
            if (backward) {
              wv[q] = fetch4_clamped(weight, w_base + min(4 * b + q, n - 1) * w_row, k0, k, w_width);
            } else {
              wv[q] = fetch4_clamped(weight, w_base + min(k0 + q, k - 1) * w_row, 4 * b, n, w_width);
            }
          }
          [[unroll]] for (int p = 0; p < held; ++p) {
            if (backward) {
              acc[p * blocks + b] += vec4(dot(xv[p], wv[0]), dot(xv[p], wv[1]), dot(xv[p], wv[2]), dot(xv[p], wv[3]));
            } else {
              acc[p * blocks + b] += xv[p].x * wv[0] + xv[p].y * wv[1] + xv[p].z * wv[2] + xv[p].w * wv[3];
            }
          }
        }
      }
    }
  }
  [[unroll]] for (int p = 0; p < held; ++p) {
    const int pixel = first + p * lanes;
    [[unroll]] for (int t = 0; t < 4 * blocks; ++t) {
      if (pixel < m && t < n) y[pixel * target_channels + group * n + t] = acc[p * blocks + t / 4][t % 4];
    }
  }
}
