#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// update_write_rows.comp for integers.
layout(local_size_x_id = 0) in;
layout(binding = 0, std430) readonly buffer Value { uint value[]; };
layout(binding = 1) uniform isamplerBuffer position;
layout(binding = 2, std430) writeonly buffer Variable { uint variable[]; };
layout(push_constant) uniform Push { uint count; uint steps; uint rows; uint width; };

void main() {
  const uint source = flat_group();
  if (source >= count) return;
  const int row = texelFetch(position, 0).x + int(source % steps);
  if (row < 0 || row >= int(rows)) return;
  const uint target = source / steps * rows + uint(row);
  for (uint c = gl_LocalInvocationIndex; c < width; c += gl_WorkGroupSize.x) {
    variable[target * width + c] = value[source * width + c];
  }
}
