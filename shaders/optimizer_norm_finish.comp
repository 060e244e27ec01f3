#version 460
#extension GL_KHR_shader_subgroup_arithmetic : require
// One workgroup (one subgroup): the global norm, and the factor that brings it down to the limit.
layout(local_size_x_id = 0) in;
layout(binding = 0) uniform samplerBuffer sums;
layout(binding = 1) uniform samplerBuffer max_norm;
layout(binding = 2, std430) writeonly buffer Scale { float scale; };
layout(binding = 3, std430) writeonly buffer Norm { float norm; };
layout(push_constant) uniform Push { uint parts; };

void main() {
  float sum = 0;
  for (uint i = gl_LocalInvocationIndex; i < parts; i += gl_WorkGroupSize.x) sum += texelFetch(sums, int(i)).x;
  sum = subgroupAdd(sum);
  const float limit = texelFetch(max_norm, 0).x;
  const float length = sqrt(sum);
  float factor = limit > 0 && length > limit ? limit / length : 1.0;
  if (isnan(sum) || isinf(sum)) factor = 0;
  if (gl_LocalInvocationIndex == 0) {
    scale = factor;
    norm = length;
  }
}
