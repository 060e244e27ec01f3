#version 460
// How many multiply-adds a second the device can do: eight chains an invocation, and next to no memory.
layout(local_size_x = 64) in;
layout(constant_id = 0) const bool fused = true;  // fma(), or a product and a sum
layout(push_constant) uniform Push { uint loops; float factor; float term; };
layout(binding = 0, std430) writeonly restrict buffer Output { float result[]; };
void main() {
  float chain[8];
  for (int k = 0; k < 8; ++k) chain[k] = float(gl_LocalInvocationIndex + k);
  for (uint i = 0; i < loops; ++i) {
    for (int j = 0; j < 16; ++j) {
      for (int k = 0; k < 8; ++k) chain[k] = fused ? fma(chain[k], factor, term) : chain[k] * factor + term;
    }
  }
  float sum = 0;
  for (int k = 0; k < 8; ++k) sum += chain[k];
  if (sum == 0.123456) result[gl_LocalInvocationIndex] = sum;  // never, but the compiler cannot know
}
