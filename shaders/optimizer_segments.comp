#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#include "launch.glsl"
// Each workgroup (one subgroup) takes the norm of one piece of the values.
layout(local_size_x_id = 0) in;
layout(binding = 0) uniform samplerBuffer values;
layout(binding = 1) uniform isamplerBuffer offsets;
layout(binding = 2, std430) writeonly buffer Norms { float norms[]; };
layout(push_constant) uniform Push { uint pieces; };

void main() {
  const uint piece = flat_group();
  if (piece >= pieces) return;
  const int end = texelFetch(offsets, int(piece) + 1).x;
  float sum = 0;
  for (int i = texelFetch(offsets, int(piece)).x + int(gl_LocalInvocationIndex); i < end;
       i += int(gl_WorkGroupSize.x)) {
    const float x = texelFetch(values, i).x;
    sum += x * x;
  }
  sum = subgroupAdd(sum);
  if (gl_LocalInvocationIndex == 0) norms[piece] = sqrt(sum);
}
