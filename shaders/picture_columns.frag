#version 460
// Second half of enlarging pictures: along y, with rounded corners in alpha.
layout(set = 0, binding = 0) uniform sampler2D sheet;
layout(push_constant) uniform Push {
  ivec2 size;
  ivec2 cell;
  int columns;
  int count;
  float radius;
};
layout(location = 0) out vec4 out_color;

void main() {
  const ivec2 at = ivec2(gl_FragCoord.xy);
  const int column = at.x / cell.x;
  const int row = at.y / cell.y;
  const ivec2 local = at - ivec2(column, row) * cell;
  const float y = (float(local.y) + 0.5) * float(size.y) / float(cell.y) - 0.5;
  const int first = int(floor(y));
  const float between = y - floor(y);
  // Tiny pictures are pixel art: their pixels stay squares.
  const float t = size.x <= 16 ? step(0.5, between) : between;
  const int base = row * size.y;
  const int last = size.y - 1;
  const vec3 a = texelFetch(sheet, ivec2(at.x, base + clamp(first - 1, 0, last)), 0).rgb;
  const vec3 b = texelFetch(sheet, ivec2(at.x, base + clamp(first, 0, last)), 0).rgb;
  const vec3 c = texelFetch(sheet, ivec2(at.x, base + clamp(first + 1, 0, last)), 0).rgb;
  const vec3 d = texelFetch(sheet, ivec2(at.x, base + clamp(first + 2, 0, last)), 0).rgb;
  const vec3 value = b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)));
  const vec2 half_size = 0.5 * vec2(cell);
  const vec2 corner = max(abs(vec2(local) + 0.5 - half_size) - half_size + radius, 0.0);
  out_color = vec4(value, clamp(radius + 0.5 - length(corner), 0.0, 1.0));
}
