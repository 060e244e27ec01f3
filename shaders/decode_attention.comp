#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_shuffle : require
// The newest place's attention over a cache, one subgroup a head of a text, with a running maximum and sum. Its own key
// and value come from `qkv` and are written into the caches, whose other rows are read.
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const int lanes = 8;
layout(constant_id = 1) const int depth = 32;  // channels of a head, a multiple of 4
layout(binding = 0) uniform samplerBuffer qkv;
layout(binding = 1) uniform samplerBuffer keys;
layout(binding = 2) uniform samplerBuffer values;
layout(binding = 3) uniform isamplerBuffer length_of;
layout(binding = 4, std430) writeonly restrict buffer Keys { vec4 new_keys[]; };
layout(binding = 5, std430) writeonly restrict buffer Values { vec4 new_values[]; };
layout(binding = 6, std430) writeonly restrict buffer Result { vec4 result[]; };
layout(binding = 7, std430) restrict buffer Seen { float seen[]; };  // [B, heads, T]
layout(push_constant) uniform Push {
  int places, heads;  // T, H
  float scale;
};

const int texels = depth / 4;                   // of a head
const int held = (texels + lanes - 1) / lanes;  // of those that a lane holds
const float log2_e = 1.44269504088896;

void main() {
  const int lane = int(gl_SubgroupInvocationID);
  const int head = int(gl_WorkGroupID.x);
  const int text = int(gl_WorkGroupID.y);
  const int last = clamp(texelFetch(length_of, 0).x, 1, places) - 1;
  const int row = heads * texels;  // texels of a cache's row
  const int query = text * 3 * row + head * texels;
  const int cache = text * places * row + head * texels;
  const int seen_row = (text * heads + head) * places;

  vec4 q[texels];
  float own = 0;
  [[unroll]] for (int d = 0; d < texels; ++d) {
    q[d] = texelFetch(qkv, query + d) * (scale * log2_e);
    own += dot(q[d], texelFetch(qkv, query + row + d));
  }
  // It begins with the newest place itself.
  float top = own;
  float total = lane == 0 ? 1.0 : 0.0;
  vec4 acc[held];
  [[unroll]] for (int t = 0; t < held; ++t) {
    const int d = min(t * lanes + lane, texels - 1);
    acc[t] = texelFetch(qkv, query + 2 * row + d);
    if (t * lanes + lane < texels) {
      new_keys[cache + last * row + d] = texelFetch(qkv, query + row + d);
      new_values[cache + last * row + d] = acc[t];
    }
  }
  for (int j0 = 0; j0 < last; j0 += lanes) {
    const int j = j0 + lane;
    const int base = cache + min(j, last - 1) * row;
    float score = 0;
    [[unroll]] for (int d = 0; d < texels; ++d) score += dot(q[d], texelFetch(keys, base + d));
    score = j < last ? score : -2e30;
    if (j < last) seen[seen_row + j] = score;
    const float high = max(top, subgroupMax(score));
    const float shrink = exp2(top - high);
    const float weight = exp2(score - high);
    top = high;
    total = total * shrink + weight;
    [[unroll]] for (int t = 0; t < held; ++t) acc[t] *= shrink;
    [[unroll]] for (int e = 0; e < lanes; ++e) {
      const float p = subgroupShuffle(weight, uint(e));
      const int at = cache + min(j0 + e, last - 1) * row;
      [[unroll]] for (int t = 0; t < held; ++t) acc[t] += p * texelFetch(values, at + min(t * lanes + lane, texels - 1));
    }
  }
  const float factor = 1.0 / subgroupAdd(total);
  [[unroll]] for (int t = 0; t < held; ++t) {
    if (t * lanes + lane < texels) result[text * row + head * texels + t * lanes + lane] = acc[t] * factor;
  }
  for (int j = lane; j < places; j += lanes) {
    const float score = j < last ? seen[seen_row + j] : own;
    seen[seen_row + j] = j <= last ? exp2(score - top) * factor : 0.0;
  }
}
