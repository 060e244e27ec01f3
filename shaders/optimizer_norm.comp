#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#include "launch.glsl"
// Each workgroup (one subgroup) sums the squares of an interleaved part.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;
layout(binding = 0) uniform samplerBuffer gradients;
layout(binding = 1, std430) writeonly buffer Sums { float sums[]; };
layout(push_constant) uniform Push { uint count; uint parts; };

void main() {
  const uint part = flat_group();
  if (part >= parts) return;
  const uint lanes = gl_WorkGroupSize.x;
  const uint texels = count / 4;
  const uint stride = parts * lanes;
  vec4 a = vec4(0);
  vec4 b = vec4(0);
  uint i = part * lanes + gl_LocalInvocationIndex;
  for (; i + stride < texels; i += 2 * stride) {
    const vec4 x = texelFetch(gradients, int(i));
    const vec4 y = texelFetch(gradients, int(i + stride));
    a += x * x;
    b += y * y;
  }
  if (i < texels) {
    const vec4 x = texelFetch(gradients, int(i));
    a += x * x;
  }
  if (!aligned && part == 0 && gl_LocalInvocationIndex == 0) {
    const vec4 x = mix(vec4(0), texelFetch(gradients, int(texels)),
                       lessThan(4 * texels + uvec4(0, 1, 2, 3), uvec4(count)));
    b += x * x;
  }
  a += b;
  const float sum = subgroupAdd((a.x + a.y) + (a.z + a.w));
  if (gl_LocalInvocationIndex == 0) sums[part] = sum;
}
