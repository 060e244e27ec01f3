#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// group_norm of [batch, steps, channels], and optionally SiLU of it: a team for each picture and group.
// statistics [batch, groups, 2] = {mean, 1 / deviation}
#include "team.glsl"
layout(constant_id = 2) const bool vectors = true;  // the channels of a group come in fours
layout(constant_id = 3) const bool activate = false;
layout(constant_id = 4) const bool has_weight = true;
layout(constant_id = 5) const bool has_bias = true;
layout(constant_id = 6) const int unroll = 1;  // steps at a time; divides the steps of a lane, all of which make as many if > 1
// All in texels of four elements if `vectors`, else of one.
layout(binding = 0) uniform samplerBuffer source;
layout(binding = 1) uniform samplerBuffer weight;
layout(binding = 2) uniform samplerBuffer bias;
FLOAT_BUFFER(3, target)
layout(binding = 4, std430) writeonly restrict buffer Statistics { vec2 statistics[]; };
layout(push_constant) uniform Push {
  int tasks;  // batch * groups
  int groups;
  int steps;
  int channels;  // in texels
  int width;     // of a group, in texels
  int lane_width;  // neighbouring lanes that share a step: width, or 1
  float epsilon;
};
#include "index.glsl"
#include "norm_group.glsl"

void main() {
  const int task = team_index();
  if (task >= tasks) return;
  const GroupWalk walk = group_walk(task);
  const vec4 mask = vec4(1, vec3(vectors ? 1.0 : 0.0));
  const float pivot = texelFetch(source, walk.origin).x;
  vec4 sums = vec4(0);
  vec4 squares = vec4(0);
  for (int q = walk.quad; q < walk.width; q += walk.lane_width) {
    for (int t = walk.origin + walk.first_step * walk.channels + q; t < walk.end; t += unroll * walk.stride) {
      vec4 v[unroll];
      [[unroll]] for (int i = 0; i < unroll; ++i) v[i] = texelFetch(source, t + i * walk.stride) - pivot;
      [[unroll]] for (int i = 0; i < unroll; ++i) {
        sums += v[i];
        squares += v[i] * v[i];
      }
    }
  }
  const vec4 totals = team_add(vec4(dot(sums, mask), dot(squares, mask), 0, 0)) / walk.count;
  const float mean = pivot + totals.x;
  const float scale = inversesqrt(max(totals.y - totals.x * totals.x, 0.0) + epsilon);
  for (int q = walk.quad; q < walk.width; q += walk.lane_width) {
    vec4 factor = vec4(scale);
    if (has_weight) factor *= texelFetch(weight, walk.channel + q);
    vec4 addend = -mean * factor;
    if (has_bias) addend += texelFetch(bias, walk.channel + q);
    for (int t = walk.origin + walk.first_step * walk.channels + q; t < walk.end; t += unroll * walk.stride) {
      vec4 v[unroll];
      [[unroll]] for (int i = 0; i < unroll; ++i) v[i] = texelFetch(source, t + i * walk.stride) * factor + addend;
      [[unroll]] for (int i = 0; i < unroll; ++i) {
        if (activate) v[i] = v[i] / (1.0 + exp(min(-v[i], 80.0)));
        if (vectors) {
          target4[t + i * walk.stride] = v[i];
        } else {
          target1[t + i * walk.stride] = v[i].x;
        }
      }
    }
  }
  if (team_lane() == 0) statistics[task] = vec2(mean, scale);
}
