#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// Running sums of each row, from the front or from the back: a subgroup a row.
#include "team.glsl"
layout(constant_id = 2) const bool reverse = false;
layout(binding = 0) uniform samplerBuffer source;
layout(binding = 1, std430) writeonly restrict buffer Target { float target[]; };
layout(push_constant) uniform Push { int rows; int columns; };

void main() {
  const int row = team_index();
  if (row >= rows) return;
  float carry = 0;
  for (int base = 0; base < columns; base += team_lanes()) {
    const int step = base + team_lane();
    const int at = row * columns + (reverse ? columns - 1 - step : step);
    const bool inside = step < columns;
    const float fetched = texelFetch(source, inside ? at : 0).x;
    const float v = inside ? fetched : 0.0;
    const float running = subgroupInclusiveAdd(v);
    if (inside) target[at] = carry + running;
    carry += subgroupAdd(v);
  }
}
