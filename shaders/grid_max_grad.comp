#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// Gradient of max_pool2d: for each window and channels the gradient goes to the first largest element, the rest of the
// window gets 0. Windows do not overlap, so that nothing is written twice.
#include "index.glsl"
#include "launch.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const bool vectors = true;
layout(binding = 0) uniform samplerBuffer source;
layout(binding = 1) uniform samplerBuffer grad_result;
layout(binding = 2, std430) writeonly restrict buffer Target4 { vec4 target4[]; };
layout(binding = 2, std430) writeonly restrict buffer Target1 { float target1[]; };
layout(push_constant) uniform Push {
  int count;     // windows (cut ones at the edges too) x channels
  int height;    // in windows, cut ones too
  int width;
  int source_height;
  int source_width;
  int channels;  // vec4s (or elements) of a pixel
  int factor;
};

void main() {
  const int item = int(flat_invocation());
  if (item >= count) return;
  const int at = quotient(item, channels);
  const int channel = item - at * channels;
  const int row = quotient(at, width);
  const int x = (at - row * width) * factor;
  const int picture = quotient(row, height);
  const int y = (row - picture * height) * factor;
  const int rows = min(factor, source_height - y);
  const int columns = min(factor, source_width - x);
  const int full_height = quotient(source_height, factor);
  const int full_width = quotient(source_width, factor);
  vec4 grad = vec4(0);
  if (rows == factor && columns == factor) {
    const int window = (picture * full_height + quotient(y, factor)) * full_width + quotient(x, factor);
    grad = texelFetch(grad_result, window * channels + channel);
  }
  const int origin = ((picture * source_height + y) * source_width + x) * channels + channel;
  vec4 most = texelFetch(source, origin);
  ivec4 winner = ivec4(0);
  for (int dy = 0; dy < rows; ++dy) {
    for (int dx = 0; dx < columns; ++dx) {
      const vec4 v = texelFetch(source, origin + (dy * source_width + dx) * channels);
      winner = mix(winner, ivec4(dy * factor + dx), greaterThan(v, most));
      most = max(most, v);
    }
  }
  for (int dy = 0; dy < rows; ++dy) {
    for (int dx = 0; dx < columns; ++dx) {
      const vec4 result = mix(vec4(0), grad, equal(winner, ivec4(dy * factor + dx)));
      const int t = origin + (dy * source_width + dx) * channels;
      if (vectors) {
        target4[t] = result;
      } else {
        target1[t] = result.x;
      }
    }
  }
}
