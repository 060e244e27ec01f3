#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// Gradients of the weight and bias of layer_norm and rms_norm: sums over the rows, in `parts` interleaved parts, each
// [parts, columns]. A lane for each vec4 (or element) of a part.
#include "index.glsl"
#include "launch.glsl"
layout(local_size_x = 64) in;
layout(constant_id = 0) const bool aligned = true;  // columns is a multiple of 4
layout(binding = 0) uniform samplerBuffer source;   // texel4 if aligned, else texel1
layout(binding = 1) uniform samplerBuffer statistics;  // texel1
layout(binding = 2) uniform samplerBuffer grad_result;
FLOAT_BUFFER(3, weight)
FLOAT_BUFFER(4, bias)
layout(push_constant) uniform Push { int rows; int columns; int parts; };  // columns in vec4 if aligned

void main() {
  const int task = int(flat_invocation());
  if (task >= parts * columns) return;
  const int part = quotient(task, columns);
  const int column = task - part * columns;
  vec4 grad_weight = vec4(0);
  vec4 grad_bias = vec4(0);
  for (int row = part; row < rows; row += parts) {
    const float mean = texelFetch(statistics, 2 * row).x;
    const float scale = texelFetch(statistics, 2 * row + 1).x;
    const vec4 x = texelFetch(source, row * columns + column);
    const vec4 dy = texelFetch(grad_result, row * columns + column);
    grad_weight += dy * (x - mean) * scale;
    grad_bias += dy;
  }
  if (aligned) {
    weight4[task] = grad_weight;
    bias4[task] = grad_bias;
  } else {
    weight1[task] = grad_weight.x;
    bias1[task] = grad_bias.x;
  }
}
