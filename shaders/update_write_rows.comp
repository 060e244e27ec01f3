#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// One workgroup writes one row of value [B, steps, width] into variable [B, rows, width]; rows outside are dropped.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;  // width is a multiple of 4: value is read as vec4
layout(binding = 0) uniform samplerBuffer value;
layout(binding = 1) uniform isamplerBuffer position;
FLOAT_BUFFER(2, variable)
layout(push_constant) uniform Push { uint count; uint steps; uint rows; uint width; };

void main() {
  const uint source = flat_group();
  if (source >= count) return;
  const int row = texelFetch(position, 0).x + int(source % steps);
  if (row < 0 || row >= int(rows)) return;
  const uint target = source / steps * rows + uint(row);
  const uint units = aligned ? width / 4 : width;
  for (uint c = gl_LocalInvocationIndex; c < units; c += gl_WorkGroupSize.x) {
    const vec4 moved = texelFetch(value, int(source * units + c));
    if (aligned) {
      variable4[target * units + c] = moved;
    } else {
      variable1[target * units + c] = moved.x;
    }
  }
}
