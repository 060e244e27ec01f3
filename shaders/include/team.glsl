// A team is the lanes that work on one row: a subgroup, or on a GPU with long rows a whole workgroup (then sums cross
// shared memory; on CPU devices no barrier is left after specialization). See choose_team of src/ops/reduce.h.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#include "launch.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const bool team_is_group = false;
shared vec4 team_slots[256];

int team_index() { return int(team_is_group ? flat_group() : flat_group() * gl_NumSubgroups + gl_SubgroupID); }
int team_lane() { return int(team_is_group ? gl_LocalInvocationIndex : gl_SubgroupInvocationID); }
int team_lanes() { return int(team_is_group ? gl_WorkGroupSize.x : gl_SubgroupSize); }

vec4 team_add(vec4 v) {
  v = subgroupAdd(v);
  if (!team_is_group) return v;
  barrier();
  if (subgroupElect()) team_slots[gl_SubgroupID] = v;
  barrier();
  vec4 total = vec4(0);
  for (uint i = 0; i < gl_NumSubgroups; ++i) total += team_slots[i];
  return total;
}

float team_add(float v) {
  if (!team_is_group) return subgroupAdd(v);
  return team_add(vec4(v, 0, 0, 0)).x;
}

float team_max(float v) {
  v = subgroupMax(v);
  if (!team_is_group) return v;
  barrier();
  if (subgroupElect()) team_slots[gl_SubgroupID] = vec4(v);
  barrier();
  float most = team_slots[0].x;
  for (uint i = 1; i < gl_NumSubgroups; ++i) most = max(most, team_slots[i].x);
  return most;
}
