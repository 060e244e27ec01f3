#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "attention.glsl"
// Gradient of attention for the queries: queries are held, keys and values streamed, probabilities made again from the
// saved logarithms of their sums.
layout(binding = 0) uniform samplerBuffer q;
layout(binding = 1) uniform samplerBuffer k;
layout(binding = 2) uniform samplerBuffer v;
layout(binding = 3) uniform samplerBuffer grad_out;
layout(binding = 4) uniform samplerBuffer log_sum;  // [B, H, S]
layout(binding = 5) uniform samplerBuffer delta;    // [B, S, H]
layout(binding = 6) uniform samplerBuffer mask;
layout(binding = 7, std430) readonly restrict buffer Length { int length_value; };
layout(binding = 8, std430) writeonly restrict buffer GradQ { vec4 grad_q[]; };

void main() {
  const int lane = int(gl_SubgroupInvocationID);
  const int i0 = first_row();
  const int length = with_length ? min(length_value, keys) : keys;
  const int shift = length - queries;
  const int last = causal ? min(length, i0 + rows + shift) : length;

  vec4 qv[rows][held], gv[rows][held], acc[rows][held];
  float sum[rows], drop[rows];
  [[unroll]] for (int i = 0; i < rows; ++i) {
    const int row = min(i0 + i, queries - 1);
    const int base = row_texel(row, queries);
    [[unroll]] for (int t = 0; t < held; ++t) {
      qv[i][t] = texelFetch(q, base + held_texel(t)) * (scale * log2_e);
      gv[i][t] = texelFetch(grad_out, base + held_texel(t));
      acc[i][t] = vec4(0);
    }
    sum[i] = texelFetch(log_sum, (image() * heads + head()) * queries + row).x * log2_e;
    drop[i] = texelFetch(delta, (image() * queries + row) * heads + head()).x;
  }

  for (int j0 = 0; j0 < last; j0 += lanes) {
    float s[rows], g[rows];
    const int j = j0 + lane;
    const int base = row_texel(min(j, keys - 1), keys);
    [[unroll]] for (int i = 0; i < rows; ++i) s[i] = g[i] = 0.0;
    [[unroll]] for (int d = 0; d < texels; d += chunk) {
      vec4 kv[chunk], vv[chunk];
      [[unroll]] for (int e = 0; e < chunk; ++e) {
        kv[e] = texelFetch(k, base + d + e);
        vv[e] = texelFetch(v, base + d + e);
      }
      [[unroll]] for (int i = 0; i < rows; ++i) {
        [[unroll]] for (int e = 0; e < chunk; ++e) {
          const vec4 held_q = qv[i][(d + e) / lanes];
          const vec4 held_g = gv[i][(d + e) / lanes];
          [[unroll]] for (int c = 0; c < 4; ++c) {
            s[i] += subgroupShuffle(held_q[c], uint((d + e) % lanes)) * kv[e][c];
            g[i] += subgroupShuffle(held_g[c], uint((d + e) % lanes)) * vv[e][c];
          }
        }
      }
    }
    bool seen = j < length;
    if (with_mask) seen = seen && texelFetch(mask, image() * keys + min(j, keys - 1)).x > 0.5;
    [[unroll]] for (int i = 0; i < rows; ++i) {
      const bool visible = seen && (!causal || j <= i0 + i + shift);
      s[i] = visible ? exp2(s[i] - sum[i]) * (g[i] - drop[i]) * scale : 0.0;
    }
    vec4 kv[lanes][held];
    [[unroll]] for (int e = 0; e < lanes; ++e) {
      const int from = row_texel(min(j0 + e, keys - 1), keys);
      [[unroll]] for (int t = 0; t < held; ++t) kv[e][t] = texelFetch(k, from + held_texel(t));
    }
    [[unroll]] for (int i = 0; i < rows; ++i) {
      [[unroll]] for (int e = 0; e < lanes; ++e) {
        const float p = subgroupShuffle(s[i], uint(e));
        [[unroll]] for (int t = 0; t < held; ++t) acc[i][t] += p * kv[e][t];
      }
    }
  }

  [[unroll]] for (int i = 0; i < rows; ++i) {
    if (i0 + i >= queries) continue;
    const int base = row_texel(i0 + i, queries);
    [[unroll]] for (int t = 0; t < held; ++t) {
      if (t * lanes + lane < texels) grad_q[base + t * lanes + lane] = acc[i][t];
    }
  }
}
