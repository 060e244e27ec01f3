#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// Overwrites a variable, or moves it towards a value.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;
layout(constant_id = 2) const bool lerp = false;
layout(binding = 0) uniform samplerBuffer value;
FLOAT_BUFFER(1, variable)
layout(binding = 2) uniform samplerBuffer old;   // the variable itself, if lerp
layout(binding = 3) uniform samplerBuffer rate;  // one element, if lerp
layout(push_constant) uniform Push { uint count; };

void main() {
  const uint i = flat_invocation();
  if (4 * i >= count) return;
  vec4 next = texelFetch(value, int(i));
  if (lerp) {
    const vec4 before = texelFetch(old, int(i));
    next = before + texelFetch(rate, 0).x * (next - before);
  }
  STORE_VEC4(variable, i, count, aligned, next)
}
