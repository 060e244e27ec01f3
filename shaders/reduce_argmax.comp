#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// The index of the largest element of each row, the lowest one if several are equal: a subgroup a row.
#include "team.glsl"
layout(constant_id = 2) const bool aligned = true;  // columns is a multiple of 4
layout(binding = 0) uniform samplerBuffer source;
layout(binding = 1, std430) writeonly restrict buffer Target { int target[]; };
layout(push_constant) uniform Push { int rows; int columns; };
#include "row.glsl"

void main() {
  const int row = team_index();
  if (row >= rows) return;
  const RowSpan span = row_span(uint(row), uint(columns));
  float best = -3.402823466e38;
  int best_column = 2147483647;
  for (int t = int(span.first_texel) + team_lane(); t < int(span.end_texel); t += team_lanes()) {
    const bvec4 inside = in_row(span, uint(t));
    const vec4 v = texelFetch(source, t);
    const int column = first_column(span, uint(t));
    [[unroll]] for (int k = 0; k < 4; ++k) {
      if (inside[k] && (v[k] > best || best_column == 2147483647)) {
        best = v[k];
        best_column = column + k;
      }
    }
  }
  const float most = subgroupMax(best);
  const int first = subgroupMin(best == most ? best_column : 2147483647);
  if (subgroupElect()) target[row] = min(first, columns - 1);
}
