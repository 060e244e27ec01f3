#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// Copies table rows to where their indices stand; zeros for an index outside the table.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;  // width is a multiple of 4: table is read as vec4
layout(constant_id = 2) const uint rows_per_group = 8;
layout(binding = 0) uniform samplerBuffer table;
layout(binding = 1) uniform isamplerBuffer indices;
FLOAT_BUFFER(2, result)
layout(push_constant) uniform Push { uint count; uint width; uint table_rows; };

void main() {
  const uint begin = flat_group() * rows_per_group;
  const uint end = min(begin + rows_per_group, count);
  const uint units = aligned ? width / 4 : width;
  for (uint row = begin; row < end; ++row) {
    const int index = texelFetch(indices, int(row)).x;
    const bool inside = index >= 0 && uint(index) < table_rows;
    const uint from = inside ? uint(index) * units : 0;
    for (uint c = gl_LocalInvocationIndex; c < units; c += gl_WorkGroupSize.x) {
      vec4 value = texelFetch(table, int(from + c));
      value = inside ? value : vec4(0);
      if (aligned) {
        result4[row * units + c] = value;
      } else {
        result1[row * units + c] = value.x;
      }
    }
  }
}
