#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "tile.glsl"
// What conv2d.comp does, for at most four target channels a group: a lane has pixels of its own and all their channels,
// and the weight is the same for all lanes.
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const int lanes = 8;  // invocations of a workgroup
layout(constant_id = 1) const int held = 8;   // pixels of a lane
layout(constant_id = 2) const bool backward = false;
layout(constant_id = 3) const int x_width = 4;  // elements a texel
layout(constant_id = 4) const int w_width = 4;
layout(constant_id = 5) const bool with_bias = false;

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
  vec4 acc[held];
  const vec4 start = with_bias ? fetch4_clamped(bias, group * n, 0, n, 1) : vec4(0);
  [[unroll]] for (int p = 0; p < held; ++p) {
    const int line = divide(min(first + p * lanes, m - 1), target_width, per_width, tx[p]);
    image[p] = divide(line, target_height, per_height, ty[p]);
    acc[p] = start;
  }
  for (int ky = 0; ky < kernel_height; ++ky) {
    for (int kx = 0; kx < kernel_width; ++kx) {
      const int w_base = (ky * kernel_width + kx) * w_tap + group * w_group;
      int base[held];
      bool inside[held];
      [[unroll]] for (int p = 0; p < held; ++p) inside[p] = source_pixel(image[p], ty[p], tx[p], ky, kx, base[p]);
      for (int k0 = 0; k0 < k; k0 += 4) {
        vec4 wv[4];  // forward: four target channels of source channel q; backward: four source channels of target q
        [[unroll]] for (int q = 0; q < 4; ++q) {
          if (backward) {
            wv[q] = fetch4_clamped(weight, w_base + min(q, n - 1) * w_row, k0, k, w_width);
          } else {
            wv[q] = fetch4_clamped(weight, w_base + min(k0 + q, k - 1) * w_row, 0, n, w_width);
          }
        }
        [[unroll]] for (int p = 0; p < held; ++p) {
          vec4 xv = fetch4_clamped(x, base[p] + group * k, k0, k, x_width);
          if (x_width == 1) {
            xv = zero_from(xv, inside[p] ? k0 : k, k);
          } else {
            xv = inside[p] ? xv : vec4(0);
          }
          if (backward) {
            acc[p] += vec4(dot(xv, wv[0]), dot(xv, wv[1]), dot(xv, wv[2]), dot(xv, wv[3]));
          } else {
            acc[p] += xv.x * wv[0] + xv.y * wv[1] + xv.z * wv[2] + xv.w * wv[3];
          }
        }
      }
    }
  }
  [[unroll]] for (int p = 0; p < held; ++p) {
    const int pixel = first + p * lanes;
    [[unroll]] for (int t = 0; t < 4; ++t) {
      if (pixel < m && t < n) y[pixel * target_channels + group * n + t] = acc[p][t];
    }
  }
}
