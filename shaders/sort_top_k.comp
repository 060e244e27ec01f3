#version 460
#extension GL_GOOGLE_include_directive : require
#include "launch.glsl"
// Each invocation finds the places of four elements of a row by counting the elements that come before them (greater,
// or equal with a lower index), and writes those among the first k to their places.
layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool aligned = true;
#include "order.glsl"
#include "row.glsl"
layout(binding = 0) uniform samplerBuffer values;
layout(binding = 1, std430) writeonly buffer Sorted { float sorted[]; };
layout(binding = 2, std430) writeonly buffer Indices { int indices[]; };
layout(push_constant) uniform Push { uint rows; uint columns; uint k; uint groups_per_row; };

const int lowest = -2147483647 - 1;

ivec4 keys_of(RowSpan span, uint texel) {
  const ivec4 key = clamp(order_key(texelFetch(values, int(texel))), ivec4(lowest + 2), ivec4(0x7FFFFFFE));
  return mix(ivec4(lowest), key, in_row(span, texel));
}

// 1 where `key`, at an index before (`tie` 1) or after (0), comes first. Keys are above lowest + 1.
ivec4 comes_before(int key, ivec4 mine, int tie) { return ivec4(greaterThan(ivec4(key + tie), mine)); }

void main() {
  const uint group = flat_group();
  const uint row = group / groups_per_row;
  if (row >= rows) return;
  const RowSpan span = row_span(row, columns);
  const uint block = span.first_texel + group % groups_per_row * gl_WorkGroupSize.x;
  const uint own = block + gl_LocalInvocationIndex;
  const bool has_own = own < span.end_texel;
  const uint mine_at = min(own, span.end_texel - 1);
  const vec4 value = texelFetch(values, int(mine_at));
  const ivec4 mine = keys_of(span, mine_at);
  ivec4 place = ivec4(0);
  const uint middle = min(block, span.end_texel);
  const uint middle_end = min(block + gl_WorkGroupSize.x, span.end_texel);
  for (uint t = span.first_texel; t < middle; ++t) {  // texels before all of this group's: ties come first
    const ivec4 other = keys_of(span, t);
    place += comes_before(other.x, mine, 1) + comes_before(other.y, mine, 1) + comes_before(other.z, mine, 1) +
             comes_before(other.w, mine, 1);
  }
  for (uint t = middle; t < middle_end; ++t) {
    const ivec4 other = keys_of(span, t);
    const ivec4 index = int(4 * mine_at) + ivec4(0, 1, 2, 3);
    const int first = int(4 * t);
    place += ivec4(greaterThan(other.x + ivec4(lessThan(ivec4(first), index)), mine)) +
             ivec4(greaterThan(other.y + ivec4(lessThan(ivec4(first + 1), index)), mine)) +
             ivec4(greaterThan(other.z + ivec4(lessThan(ivec4(first + 2), index)), mine)) +
             ivec4(greaterThan(other.w + ivec4(lessThan(ivec4(first + 3), index)), mine));
  }
  for (uint t = middle_end; t < span.end_texel; ++t) {
    const ivec4 other = keys_of(span, t);
    place += comes_before(other.x, mine, 0) + comes_before(other.y, mine, 0) + comes_before(other.z, mine, 0) +
             comes_before(other.w, mine, 0);
  }
  const bvec4 inside = in_row(span, mine_at);
  const int column = first_column(span, mine_at);
  const int base = int(row * k);
  const int limit = has_own ? int(k) : 0;
  if (inside.x && place.x < limit) {
    sorted[base + place.x] = value.x;
    indices[base + place.x] = column;
  }
  if (inside.y && place.y < limit) {
    sorted[base + place.y] = value.y;
    indices[base + place.y] = column + 1;
  }
  if (inside.z && place.z < limit) {
    sorted[base + place.z] = value.z;
    indices[base + place.z] = column + 2;
  }
  if (inside.w && place.w < limit) {
    sorted[base + place.w] = value.w;
    indices[base + place.w] = column + 3;
  }
}
