#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// Gradient of layer_norm and rms_norm with respect to x: a team a row.
#include "team.glsl"
layout(constant_id = 2) const bool aligned = true;  // columns is a multiple of 4
layout(constant_id = 3) const bool centered = true;
layout(constant_id = 4) const bool has_weight = true;
layout(constant_id = 5) const int trips = 0;  // texels of a row for each lane; 0 if not known beforehand
layout(constant_id = 6) const bool even = false;  // every lane has that many
layout(binding = 0) uniform samplerBuffer source;
layout(binding = 1) uniform samplerBuffer statistics;  // texel1
layout(binding = 2) uniform samplerBuffer grad_result;
layout(binding = 3) uniform samplerBuffer weight;  // texel4 if aligned, else texel1
FLOAT_BUFFER(4, target)
layout(push_constant) uniform Push { int rows; int columns; };
#include "row.glsl"
#include "row_walk.glsl"
#include "row_store.glsl"
#include "norm_parameter.glsl"

void main() {
  const int row = team_index();
  if (row >= rows) return;
  const RowSpan span = row_span(uint(row), uint(columns));
  const int first = int(span.first_texel) + team_lane();
  const int end = int(span.end_texel);
  const int step = team_lanes();
  const float mean = texelFetch(statistics, 2 * row).x;
  const float scale = texelFetch(statistics, 2 * row + 1).x;
  vec4 sums = vec4(0);
  vec4 products = vec4(0);
  EACH_TEXEL {
    const vec4 normal = (texelFetch(source, t) - mean) * scale;
    vec4 g = texelFetch(grad_result, t);
    if (has_weight) g *= PARAMETER(weight, span, t);
    if (!aligned) g = mix(vec4(0), g, in_row(span, uint(t)));
    sums += g;
    products += g * normal;
  }
  const float mean_g = centered ? team_add(sum_of(sums)) / float(columns) : 0.0;
  const float mean_product = team_add(sum_of(products)) / float(columns);
  EACH_TEXEL {
    const vec4 normal = (texelFetch(source, t) - mean) * scale;
    vec4 g = texelFetch(grad_result, t);
    if (has_weight) g *= PARAMETER(weight, span, t);
    const vec4 dx = scale * (g - mean_g - normal * mean_product);
    STORE_ROW(target, span, t, dx)
  }
}
