#version 460
// Sets words of a buffer to one value.
layout(local_size_x = 64) in;
layout(binding = 0, std430) writeonly restrict buffer Output { uint words[]; };
layout(push_constant) uniform Push { uint count; uint value; };
void main() {
  if (gl_GlobalInvocationID.x < count) words[gl_GlobalInvocationID.x] = value;
}
