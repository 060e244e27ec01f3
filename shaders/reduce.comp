#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// Sums or maxima of [outer, count, inner] over the middle, in `parts` interleaved parts each: [outer, parts, inner].
// Rows (inner = 1): a lane or a subgroup a part, whole texels with the elements of other rows masked out.
// Columns: a lane for each vec4 (or element, if inner is odd) of a part.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#include "index.glsl"
#include "launch.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const bool rows = true;
layout(constant_id = 1) const bool maximum = false;
layout(constant_id = 2) const bool aligned = true;  // count (rows) or inner (columns) is a multiple of 4
layout(constant_id = 3) const bool by_subgroup = false;
layout(binding = 0) uniform samplerBuffer source;
layout(binding = 1, std430) writeonly restrict buffer Target4 { vec4 target4[]; };
layout(binding = 1, std430) writeonly restrict buffer Target1 { float target1[]; };
layout(push_constant) uniform Push {
  int tasks;  // outer * parts * inner (in vec4 if aligned columns)
  int parts;
  int count;
  int inner;
  float factor;
};
#include "row.glsl"

const float nothing = maximum ? -3.402823466e38 : 0.0;

vec4 combine(vec4 a, vec4 b) { return maximum ? max(a, b) : a + b; }

vec4 fetch_row(RowSpan span, int texel) {
  const vec4 v = texelFetch(source, texel);
  return aligned ? v : mix(vec4(nothing), v, in_row(span, uint(texel)));
}

void reduce_row(int task, int lane, int lanes) {
  const int outer = quotient(task, parts);
  const int part = task - outer * parts;
  const RowSpan span = row_span(uint(outer), uint(count));
  const int step = parts * lanes;
  const int end = int(span.end_texel);
  vec4 a = vec4(nothing);
  vec4 b = a;
  int t = int(span.first_texel) + part * lanes + lane;
  for (; t + 3 * step < end; t += 4 * step) {
    const vec4 v0 = fetch_row(span, t);
    const vec4 v1 = fetch_row(span, t + step);
    const vec4 v2 = fetch_row(span, t + 2 * step);
    const vec4 v3 = fetch_row(span, t + 3 * step);
    a = combine(combine(a, v0), v2);
    b = combine(combine(b, v1), v3);
  }
  for (; t < end; t += step) a = combine(a, fetch_row(span, t));
  a = combine(a, b);
  float result = maximum ? max_of(a) : sum_of(a);
  if (by_subgroup) result = maximum ? subgroupMax(result) : subgroupAdd(result);
  if (lane == 0) target1[task] = result * factor;
}

void reduce_column(int task) {
  const int outer_part = quotient(task, inner);
  const int column = task - outer_part * inner;
  const int outer = quotient(outer_part, parts);
  const int part = outer_part - outer * parts;
  const int step = parts * inner;
  const int end = (outer + 1) * count * inner;
  vec4 a = vec4(nothing);
  vec4 b = a;
  int t = (outer * count + part) * inner + column;
  for (; t + 3 * step < end; t += 4 * step) {
    const vec4 v0 = texelFetch(source, t);
    const vec4 v1 = texelFetch(source, t + step);
    const vec4 v2 = texelFetch(source, t + 2 * step);
    const vec4 v3 = texelFetch(source, t + 3 * step);
    a = combine(combine(a, v0), v2);
    b = combine(combine(b, v1), v3);
  }
  for (; t < end; t += step) a = combine(a, texelFetch(source, t));
  a = combine(a, b) * factor;
  if (aligned) {
    target4[task] = a;
  } else {
    target1[task] = a.x;
  }
}

void main() {
  const int task = int(by_subgroup ? flat_group() * gl_NumSubgroups + gl_SubgroupID : flat_invocation());
  if (task >= tasks) return;
  if (rows) {
    reduce_row(task, by_subgroup ? int(gl_SubgroupInvocationID) : 0, by_subgroup ? int(gl_SubgroupSize) : 1);
  } else {
    reduce_column(task);
  }
}
