#version 460
// First half of enlarging pictures: along x. Reads f32 [count, height, width, 3] in [-1, 1] and writes a sheet of
// `columns` pictures side by side, each `cell` pixels wide and `height` rows high, in [0, 1].
layout(set = 0, binding = 0) uniform samplerBuffer pictures;
layout(push_constant) uniform Push {
  ivec2 size;   // of a picture, in its own pixels
  ivec2 cell;   // of a picture on the screen
  int columns;
  int count;
  float radius; // of the corners, screen pixels
};
layout(location = 0) out vec4 out_color;

vec3 pixel(int base, int x) {
  const int at = base + 3 * clamp(x, 0, size.x - 1);
  return vec3(texelFetch(pictures, at).r, texelFetch(pictures, at + 1).r, texelFetch(pictures, at + 2).r);
}

void main() {
  const ivec2 at = ivec2(gl_FragCoord.xy);
  const int column = at.x / cell.x;
  const int row = at.y / size.y;
  const int picture = min(row * columns + column, count - 1);
  const float x = (float(at.x - column * cell.x) + 0.5) * float(size.x) / float(cell.x) - 0.5;
  const int first = int(floor(x));
  const float between = x - floor(x);
  // Tiny pictures are pixel art: their pixels stay squares.
  const float t = size.x <= 16 ? step(0.5, between) : between;
  const int base = (picture * size.y + at.y - row * size.y) * size.x * 3;
  const vec3 a = pixel(base, first - 1);
  const vec3 b = pixel(base, first);
  const vec3 c = pixel(base, first + 1);
  const vec3 d = pixel(base, first + 2);
  // Catmull-Rom: exact at the pixels, smooth between them.
  const vec3 value = b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)));
  out_color = vec4(0.5 + 0.5 * value, 1.0);
}
