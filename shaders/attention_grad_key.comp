#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#include "attention.glsl"
// Gradients of attention for keys and values: keys and values are held, queries and the gradients of the outputs
// streamed.
layout(binding = 0) uniform samplerBuffer q;
layout(binding = 1) uniform samplerBuffer k;
layout(binding = 2) uniform samplerBuffer v;
layout(binding = 3) uniform samplerBuffer grad_out;
layout(binding = 4) uniform samplerBuffer log_sum;  // [B, H, S]
layout(binding = 5) uniform samplerBuffer delta;    // [B, S, H]
layout(binding = 6) uniform samplerBuffer mask;
layout(binding = 7, std430) readonly restrict buffer Length { int length_value; };
layout(binding = 8, std430) writeonly restrict buffer GradK { vec4 grad_k[]; };
layout(binding = 9, std430) writeonly restrict buffer GradV { vec4 grad_v[]; };

void main() {
  const int lane = int(gl_SubgroupInvocationID);
  const int j0 = first_row();
  const int length = with_length ? min(length_value, keys) : keys;
  const int shift = length - queries;
  const int first = causal ? max(0, j0 - shift) / lanes * lanes : 0;  // the queries before it see none of these keys
  const int last = j0 < length ? queries : 0;

  vec4 kv[rows][held], vv[rows][held], acc_k[rows][held], acc_v[rows][held];
  bool seen[rows];
  [[unroll]] for (int j = 0; j < rows; ++j) {
    const int row = min(j0 + j, keys - 1);
    const int base = row_texel(row, keys);
    [[unroll]] for (int t = 0; t < held; ++t) {
      kv[j][t] = texelFetch(k, base + held_texel(t)) * (scale * log2_e);
      vv[j][t] = texelFetch(v, base + held_texel(t));
      acc_k[j][t] = vec4(0);
      acc_v[j][t] = vec4(0);
    }
    seen[j] = j0 + j < length;
    if (with_mask) seen[j] = seen[j] && texelFetch(mask, image() * keys + row).x > 0.5;
  }

  for (int i0 = first; i0 < last; i0 += lanes) {
    float s[rows], g[rows];
    const int i = min(i0 + lane, queries - 1);
    const bool inside = i0 + lane < queries;
    const int base = row_texel(i, queries);
    const float sum = texelFetch(log_sum, (image() * heads + head()) * queries + i).x * log2_e;
    const float drop = texelFetch(delta, (image() * queries + i) * heads + head()).x;
    [[unroll]] for (int j = 0; j < rows; ++j) s[j] = g[j] = 0.0;
    [[unroll]] for (int d = 0; d < texels; d += chunk) {
      vec4 qv[chunk], gv[chunk];
      [[unroll]] for (int e = 0; e < chunk; ++e) {
        qv[e] = texelFetch(q, base + d + e);
        gv[e] = texelFetch(grad_out, base + d + e);
      }
      [[unroll]] for (int j = 0; j < rows; ++j) {
        [[unroll]] for (int e = 0; e < chunk; ++e) {
          const vec4 held_k = kv[j][(d + e) / lanes];
          const vec4 held_v = vv[j][(d + e) / lanes];
          [[unroll]] for (int c = 0; c < 4; ++c) {
            s[j] += subgroupShuffle(held_k[c], uint((d + e) % lanes)) * qv[e][c];
            g[j] += subgroupShuffle(held_v[c], uint((d + e) % lanes)) * gv[e][c];
          }
        }
      }
    }
    [[unroll]] for (int j = 0; j < rows; ++j) {
      const bool visible = seen[j] && inside && (!causal || j0 + j <= i0 + lane + shift);
      s[j] = visible ? exp2(s[j] - sum) : 0.0;
      g[j] = s[j] * (g[j] - drop) * scale;
    }
    vec4 qv[lanes][held], gv[lanes][held];
    [[unroll]] for (int e = 0; e < lanes; ++e) {
      const int from = row_texel(min(i0 + e, queries - 1), queries);
      [[unroll]] for (int t = 0; t < held; ++t) {
        qv[e][t] = texelFetch(q, from + held_texel(t));
        gv[e][t] = texelFetch(grad_out, from + held_texel(t));
      }
    }
    [[unroll]] for (int j = 0; j < rows; ++j) {
      [[unroll]] for (int e = 0; e < lanes; ++e) {
        const float p = subgroupShuffle(s[j], uint(e));
        const float r = subgroupShuffle(g[j], uint(e));
        [[unroll]] for (int t = 0; t < held; ++t) {
          acc_v[j][t] += p * gv[e][t];
          acc_k[j][t] += r * qv[e][t];
        }
      }
    }
  }

  [[unroll]] for (int j = 0; j < rows; ++j) {
    if (j0 + j >= keys) continue;
    const int base = row_texel(j0 + j, keys);
    [[unroll]] for (int t = 0; t < held; ++t) {
      if (t * lanes + lane < texels) {
        grad_k[base + t * lanes + lane] = acc_k[j][t];
        grad_v[base + t * lanes + lane] = acc_v[j][t];
      }
    }
  }
}
