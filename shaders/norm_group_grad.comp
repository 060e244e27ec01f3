#version 460
#extension GL_EXT_control_flow_attributes : require
#extension GL_GOOGLE_include_directive : require
// Gradient of group_norm (and its SiLU): a team for each picture and group. Also each picture's part of the gradients of
// weight and bias, [batch, channels].
#include "team.glsl"
layout(constant_id = 2) const bool vectors = true;  // the channels of a group come in fours
layout(constant_id = 3) const bool activate = false;
layout(constant_id = 4) const bool has_weight = true;
layout(constant_id = 5) const bool has_bias = true;
layout(constant_id = 6) const int unroll = 1;  // steps at a time; divides the steps of a lane, all of which make as many if > 1
// All but the statistics in texels of four elements if `vectors`, else of one.
layout(binding = 0) uniform samplerBuffer source;
layout(binding = 1) uniform samplerBuffer statistics;  // texel1
layout(binding = 2) uniform samplerBuffer grad_result;
layout(binding = 3) uniform samplerBuffer weight;
layout(binding = 4) uniform samplerBuffer bias;
FLOAT_BUFFER(5, target)
FLOAT_BUFFER(6, weight_part)
FLOAT_BUFFER(7, bias_part)
layout(push_constant) uniform Push {
  int tasks;  // batch * groups
  int groups;
  int steps;
  int channels;    // in texels
  int width;       // of a group, in texels
  int lane_width;  // neighbouring lanes that share a step: width, or 1
};
#include "index.glsl"
#include "norm_group.glsl"

// The gradient of the norm's result before SiLU.
vec4 grad_inner(vec4 grad, vec4 normal, vec4 w, vec4 b) {
  if (!activate) return grad;
  const vec4 z = normal * w + b;
  const vec4 gate = 1.0 / (1.0 + exp(min(-z, 80.0)));
  return grad * gate * (1.0 + z * (1.0 - gate));
}

void main() {
  const int task = team_index();
  if (task >= tasks) return;
  const GroupWalk walk = group_walk(task);
  const float mean = texelFetch(statistics, 2 * task).x;
  const float scale = texelFetch(statistics, 2 * task + 1).x;
  const int picture = quotient(task, groups);
  const vec4 mask = vec4(1, vec3(vectors ? 1.0 : 0.0));
  float mean_g = 0;
  float mean_product = 0;
  for (int base = 0; base < walk.width; base += walk.lane_width) {
    const int q = base + walk.quad;
    const vec4 w = has_weight ? texelFetch(weight, walk.channel + q) : vec4(1);
    const vec4 b = has_bias ? texelFetch(bias, walk.channel + q) : vec4(0);
    vec4 sums = vec4(0);
    vec4 products = vec4(0);
    for (int t = walk.origin + walk.first_step * walk.channels + q; t < walk.end; t += unroll * walk.stride) {
      vec4 x[unroll];
      vec4 dy[unroll];
      [[unroll]] for (int i = 0; i < unroll; ++i) x[i] = texelFetch(source, t + i * walk.stride);
      [[unroll]] for (int i = 0; i < unroll; ++i) dy[i] = texelFetch(grad_result, t + i * walk.stride);
      [[unroll]] for (int i = 0; i < unroll; ++i) {
        const vec4 normal = (x[i] - mean) * scale;
        const vec4 dz = grad_inner(dy[i], normal, w, b);
        sums += dz;
        products += dz * normal;
      }
    }
    mean_g += dot(sums * w, mask);
    mean_product += dot(products * w, mask);
    for (int lane = 0; lane < walk.lane_width; ++lane) {
      const bool mine = walk.quad == lane;
      const vec4 grad_bias = team_add(mine ? sums : vec4(0));
      const vec4 grad_weight = team_add(mine ? products : vec4(0));
      if (team_lane() == lane) {
        const int at = picture * walk.channels + walk.channel + base + lane;
        if (vectors) {
          weight_part4[at] = grad_weight;
          bias_part4[at] = grad_bias;
        } else {
          weight_part1[at] = grad_weight.x;
          bias_part1[at] = grad_bias.x;
        }
      }
    }
  }
  const vec4 means = team_add(vec4(mean_g, mean_product, 0, 0)) / walk.count;
  for (int q = walk.quad; q < walk.width; q += walk.lane_width) {
    const vec4 w = has_weight ? texelFetch(weight, walk.channel + q) : vec4(1);
    const vec4 b = has_bias ? texelFetch(bias, walk.channel + q) : vec4(0);
    for (int t = walk.origin + walk.first_step * walk.channels + q; t < walk.end; t += unroll * walk.stride) {
      vec4 x[unroll];
      vec4 dy[unroll];
      [[unroll]] for (int i = 0; i < unroll; ++i) x[i] = texelFetch(source, t + i * walk.stride);
      [[unroll]] for (int i = 0; i < unroll; ++i) dy[i] = texelFetch(grad_result, t + i * walk.stride);
      [[unroll]] for (int i = 0; i < unroll; ++i) {
        const vec4 normal = (x[i] - mean) * scale;
        const vec4 dx = scale * (grad_inner(dy[i], normal, w, b) * w - means.x - normal * means.y);
        if (vectors) {
          target4[t + i * walk.stride] = dx;
        } else {
          target1[t + i * walk.stride] = dx.x;
        }
      }
    }
  }
}
