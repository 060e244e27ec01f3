#version 460
// How many bytes a second the device can move: copies a buffer, `repeats` times over if it is to stay in the caches.
layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint count; uint repeats; uint span; };  // vec4s, a power of two
layout(binding = 0) uniform samplerBuffer source;
layout(binding = 1, std430) writeonly restrict buffer Target { vec4 target[]; };
void main() {
  uint i = gl_GlobalInvocationID.x;
  for (uint r = 0; r < repeats; ++r) {
    target[i] = texelFetch(source, int(i));
    i = (i + span) & (count - 1);
  }
}
