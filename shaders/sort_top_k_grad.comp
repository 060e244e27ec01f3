#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// One workgroup a row: each element looks for itself among the chosen indices.
layout(local_size_x_id = 0) in;
layout(binding = 0) uniform samplerBuffer grad_values;
layout(binding = 1) uniform isamplerBuffer indices;
layout(binding = 2, std430) writeonly buffer Result { float result[]; };
layout(push_constant) uniform Push { uint rows; uint k; uint columns; };

void main() {
  const uint row = flat_group();
  if (row >= rows) return;
  for (uint c = gl_LocalInvocationIndex; c < columns; c += gl_WorkGroupSize.x) {
    float sum = 0;
    for (uint j = row * k; j < (row + 1) * k; ++j) {
      const float grad = texelFetch(grad_values, int(j)).x;
      sum += texelFetch(indices, int(j)).x == int(c) ? grad : 0.0;
    }
    result[row * columns + c] = sum;
  }
}
