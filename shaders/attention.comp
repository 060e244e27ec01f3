#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "attention.glsl"
// Attention with a running maximum and sum: queries are held, keys and values streamed.
layout(binding = 0) uniform samplerBuffer q;
layout(binding = 1) uniform samplerBuffer k;
layout(binding = 2) uniform samplerBuffer v;
layout(binding = 3) uniform samplerBuffer mask;  // [B, T], with_mask only
layout(binding = 4, std430) readonly restrict buffer Length { int length_value; };  // with_length only
layout(binding = 5, std430) writeonly restrict buffer Result { vec4 result[]; };
layout(binding = 6, std430) writeonly restrict buffer LogSum { float log_sum[]; };  // [B, H, S]

// The largest of a subgroup's, by shuffles: CPU devices walk through the lanes for subgroupMax.
float widest(float v) {
  if (lanes > 128) return subgroupMax(v);
  if (lanes > 64) v = max(v, subgroupShuffleXor(v, 64));
  if (lanes > 32) v = max(v, subgroupShuffleXor(v, 32));
  if (lanes > 16) v = max(v, subgroupShuffleXor(v, 16));
  if (lanes > 8) v = max(v, subgroupShuffleXor(v, 8));
  if (lanes > 4) v = max(v, subgroupShuffleXor(v, 4));
  if (lanes > 2) v = max(v, subgroupShuffleXor(v, 2));
  if (lanes > 1) v = max(v, subgroupShuffleXor(v, 1));
  return v;
}

void main() {
  const int lane = int(gl_SubgroupInvocationID);
  const int i0 = first_row();
  const int length = with_length ? min(length_value, keys) : keys;
  const int shift = length - queries;  // of the causal diagonal
  const int last = causal ? min(length, i0 + rows + shift) : length;

  vec4 qv[rows][held];
  vec4 acc[rows][held];
  float top[rows], total[rows];
  [[unroll]] for (int i = 0; i < rows; ++i) {
    const int base = row_texel(min(i0 + i, queries - 1), queries);
    [[unroll]] for (int t = 0; t < held; ++t) {
      qv[i][t] = texelFetch(q, base + held_texel(t)) * (scale * log2_e);
      acc[i][t] = vec4(0);
    }
    top[i] = -1e30;
    total[i] = 0.0;
  }

  for (int j0 = 0; j0 < last; j0 += blocks * lanes) {
    float s[rows][blocks];
    [[unroll]] for (int b = 0; b < blocks; ++b) {
      const int j = j0 + b * lanes + lane;
      const int base = row_texel(min(j, keys - 1), keys);
      [[unroll]] for (int i = 0; i < rows; ++i) s[i][b] = 0.0;
      [[unroll]] for (int d = 0; d < texels; d += chunk) {
        vec4 kv[chunk];
        [[unroll]] for (int e = 0; e < chunk; ++e) kv[e] = texelFetch(k, base + d + e);
        [[unroll]] for (int i = 0; i < rows; ++i) {
          [[unroll]] for (int e = 0; e < chunk; ++e) {
            const vec4 held_q = qv[i][(d + e) / lanes];
            [[unroll]] for (int c = 0; c < 4; ++c) {
              s[i][b] += subgroupShuffle(held_q[c], uint((d + e) % lanes)) * kv[e][c];
            }
          }
        }
      }
      bool seen = j < length;
      if (with_mask) seen = seen && texelFetch(mask, image() * keys + min(j, keys - 1)).x > 0.5;
      [[unroll]] for (int i = 0; i < rows; ++i) s[i][b] = seen && (!causal || j <= i0 + i + shift) ? s[i][b] : -2e30;
    }
    [[unroll]] for (int i = 0; i < rows; ++i) {
      float high = s[i][0];
      [[unroll]] for (int b = 1; b < blocks; ++b) high = max(high, s[i][b]);
      high = max(top[i], widest(high));
      const float shrink = exp2(top[i] - high);
      top[i] = high;
      total[i] *= shrink;
      [[unroll]] for (int b = 0; b < blocks; ++b) {
        s[i][b] = exp2(s[i][b] - high);  // 0 for hidden keys, since high >= -1e30
        total[i] += s[i][b];
      }
      [[unroll]] for (int t = 0; t < held; ++t) acc[i][t] *= shrink;
    }
    [[unroll]] for (int b = 0; b < blocks; ++b) {
      vec4 vv[lanes][held];
      [[unroll]] for (int e = 0; e < lanes; ++e) {
        const int base = row_texel(min(j0 + b * lanes + e, keys - 1), keys);
        [[unroll]] for (int t = 0; t < held; ++t) vv[e][t] = texelFetch(v, base + held_texel(t));
      }
      [[unroll]] for (int i = 0; i < rows; ++i) {
        [[unroll]] for (int e = 0; e < lanes; ++e) {
          const float p = subgroupShuffle(s[i][b], uint(e));
          [[unroll]] for (int t = 0; t < held; ++t) acc[i][t] += p * vv[e][t];
        }
      }
    }
  }

  [[unroll]] for (int i = 0; i < rows; ++i) {
    const float sum = subgroupAdd(total[i]);
    if (i0 + i >= queries) continue;
    const float factor = sum > 0.0 ? 1.0 / sum : 0.0;
    const int base = row_texel(i0 + i, queries);
    [[unroll]] for (int t = 0; t < held; ++t) {
      if (t * lanes + lane < texels) result[base + t * lanes + lane] = acc[i][t] * factor;
    }
    if (lane == 0) {
      log_sum[(image() * heads + head()) * queries + i0 + i] = sum > 0.0 ? (top[i] + log2(sum)) / log2_e : 0.0;
    }
  }
}
