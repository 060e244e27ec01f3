#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// layer_norm and rms_norm: a team a row. statistics [rows, 2] = {mean (0 for rms_norm), 1 / deviation}
#include "team.glsl"
layout(constant_id = 2) const bool aligned = true;  // columns is a multiple of 4
layout(constant_id = 3) const bool centered = true;
layout(constant_id = 4) const bool has_weight = true;
layout(constant_id = 5) const bool has_bias = true;
layout(constant_id = 6) const int trips = 0;  // texels of a row for each lane; 0 if not known beforehand
layout(constant_id = 7) const bool even = false;  // every lane has that many
layout(binding = 0) uniform samplerBuffer source;
layout(binding = 1) uniform samplerBuffer weight;  // texel4 if aligned, else texel1
layout(binding = 2) uniform samplerBuffer bias;
FLOAT_BUFFER(3, target)
layout(binding = 4, std430) writeonly restrict buffer Statistics { vec2 statistics[]; };
layout(push_constant) uniform Push { int rows; int columns; float epsilon; };
#include "row.glsl"
#include "row_walk.glsl"
#include "row_store.glsl"
#include "norm_parameter.glsl"

vec4 masked(RowSpan span, int t, vec4 v) { return aligned ? v : mix(vec4(0), v, in_row(span, uint(t))); }

void main() {
  const int row = team_index();
  if (row >= rows) return;
  const RowSpan span = row_span(uint(row), uint(columns));
  const int first = int(span.first_texel) + team_lane();
  const int end = int(span.end_texel);
  const int step = team_lanes();
  float mean = 0;
  if (centered) {
    vec4 sums = vec4(0);
    EACH_TEXEL sums += masked(span, t, texelFetch(source, t));
    mean = team_add(sum_of(sums)) / float(columns);
  }
  vec4 squares = vec4(0);
  EACH_TEXEL {
    const vec4 v = masked(span, t, texelFetch(source, t) - mean);
    squares += v * v;
  }
  const float scale = inversesqrt(team_add(sum_of(squares)) / float(columns) + epsilon);
  EACH_TEXEL {
    vec4 v = (texelFetch(source, t) - mean) * scale;
    if (has_weight) v *= PARAMETER(weight, span, t);
    if (has_bias) v += PARAMETER(bias, span, t);
    STORE_ROW(target, span, t, v)
  }
  if (team_lane() == 0) statistics[row] = vec2(mean, scale);
}
