#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "launch.glsl"
#include "philox.glsl"
// Fills a buffer with uniform or normal numbers: block i of Philox makes elements 4 i .. 4 i + 3.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;
layout(constant_id = 2) const bool normal = false;
layout(binding = 0) uniform usamplerBuffer seed;
FLOAT_BUFFER(1, result)
layout(push_constant) uniform Push { uint count; uint salt; };

void main() {
  const uvec4 key = texelFetch(seed, 0);
  const uint i = flat_invocation();
  if (4 * i >= count) return;
  const uvec4 words = philox(uvec4(i, salt, key.zw), key.xy);
  vec4 value;
  if (normal) {
    value = normal_of(words);
  } else {
    value = uniform_of(words);
  }
  STORE_VEC4(result, i, count, aligned, value)
}
