#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// Overwrites a variable of integers.
layout(local_size_x_id = 0) in;
layout(binding = 0, std430) readonly buffer Value { uint value[]; };
layout(binding = 1, std430) writeonly buffer Variable { uint variable[]; };
layout(push_constant) uniform Push { uint count; };

void main() {
  const uint i = flat_invocation();
  if (i < count) variable[i] = value[i];
}
