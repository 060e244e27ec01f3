#version 460
// One picture as bytes: f32 [height, width, 3] in [-1, 1] becomes a word a pixel, red lowest (blue, if it swaps).
layout(local_size_x = 64) in;
layout(binding = 0, std430) readonly restrict buffer Input { float values[]; };
layout(binding = 1, std430) writeonly restrict buffer Output { uint words[]; };
layout(push_constant) uniform Push {
  uint first;  // pixel
  uint count;  // pixels
  uint swaps;
};

void main() {
  const uint pixel = gl_GlobalInvocationID.x;
  if (pixel >= count) return;
  const uint at = (first + pixel) * 3;
  precise vec3 share = clamp(0.5 * vec3(values[at], values[at + 1], values[at + 2]) + 0.5, 0.0, 1.0);
  precise vec3 scaled = share * 255.0;
  uvec3 bytes = uvec3(floor(scaled + 0.5));
  if (swaps != 0) bytes = bytes.bgr;
  words[pixel] = bytes.r | bytes.g << 8 | bytes.b << 16 | 0xff000000u;
}
