#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// One workgroup writes one row: 1 at the index, else 0.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;  // classes is a multiple of 4
layout(binding = 0) uniform isamplerBuffer indices;
FLOAT_BUFFER(1, result)
layout(push_constant) uniform Push { uint rows; uint classes; };

void main() {
  const uint row = flat_group();
  if (row >= rows) return;
  const int index = texelFetch(indices, int(row)).x;
  const uint units = aligned ? classes / 4 : classes;
  for (uint c = gl_LocalInvocationIndex; c < units; c += gl_WorkGroupSize.x) {
    if (aligned) {
      result4[row * units + c] = vec4(equal(ivec4(index), int(4 * c) + ivec4(0, 1, 2, 3)));
    } else {
      result1[row * units + c] = index == int(c) ? 1.0 : 0.0;
    }
  }
}
