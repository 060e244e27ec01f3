#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#extension GL_KHR_shader_subgroup_shuffle : require
// gelu(layer_norm(x) weight + bias) + residual for a few rows: one subgroup a tile of `rows` rows and 4 * lanes columns,
// each of which measures its rows anew. x is held a texel a lane and broadcast by shuffles.
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const int lanes = 8;
layout(constant_id = 1) const int rows = 1;
layout(constant_id = 2) const bool with_norm = false;
layout(constant_id = 3) const bool with_gelu = false;
layout(constant_id = 4) const bool with_residual = false;
layout(constant_id = 5) const int quads = 8;  // texels of K in a step: min(lanes, 8)
layout(binding = 0) uniform samplerBuffer x;
layout(binding = 1) uniform samplerBuffer weight;
layout(binding = 2) uniform samplerBuffer bias;
layout(binding = 3) uniform samplerBuffer norm_weight;
layout(binding = 4) uniform samplerBuffer norm_bias;
layout(binding = 5) uniform samplerBuffer residual;
layout(binding = 6, std430) writeonly restrict buffer Result { vec4 result[]; };
layout(push_constant) uniform Push {
  int count;    // of rows
  int inputs;   // K and M in texels
  int outputs;
  float epsilon;
};

float sum_of(vec4 v) { return (v.x + v.y) + (v.z + v.w); }

void main() {
  const int lane = int(gl_SubgroupInvocationID);
  const int column = int(gl_WorkGroupID.x) * lanes + lane;
  const int inside = min(column, outputs - 1);
  const int row0 = int(gl_WorkGroupID.y) * rows;
  int base[rows];
  float mean[rows], scale[rows];
  vec4 acc[rows];
  [[unroll]] for (int i = 0; i < rows; ++i) {
    base[i] = min(row0 + i, count - 1) * inputs;
    mean[i] = 0;
    scale[i] = 1;
    acc[i] = texelFetch(bias, inside);
    if (with_norm) {
      vec4 sum = vec4(0);
      for (int t = lane; t < inputs; t += lanes) sum += texelFetch(x, base[i] + t);
      mean[i] = subgroupAdd(sum_of(sum)) / float(4 * inputs);
      vec4 squares = vec4(0);
      for (int t = lane; t < inputs; t += lanes) {
        const vec4 v = texelFetch(x, base[i] + t) - mean[i];
        squares += v * v;
      }
      scale[i] = inversesqrt(subgroupAdd(sum_of(squares)) / float(4 * inputs) + epsilon);
    }
  }
  for (int k0 = 0; k0 < inputs; k0 += quads) {
    const int t = k0 + lane % quads;
    vec4 xv[rows];
    [[unroll]] for (int i = 0; i < rows; ++i) {
      xv[i] = texelFetch(x, base[i] + t);
      if (with_norm) xv[i] = (xv[i] - mean[i]) * scale[i] * texelFetch(norm_weight, t) + texelFetch(norm_bias, t);
    }
    if (rows > 1) {
      // One texel of K at a time: for all of them at once LLVM takes more than ten seconds.
      [[dont_unroll]] for (int p = 0; p < quads; ++p) {
        [[unroll]] for (int q = 0; q < 4; ++q) {
          const vec4 w = texelFetch(weight, (4 * (k0 + p) + q) * outputs + inside);
          [[unroll]] for (int i = 0; i < rows; ++i) acc[i] += subgroupShuffle(xv[i][q], uint(p)) * w;
        }
      }
      continue;
    }
    vec4 wv[4 * quads];
    [[unroll]] for (int q = 0; q < 4 * quads; ++q) wv[q] = texelFetch(weight, (4 * k0 + q) * outputs + inside);
    [[unroll]] for (int q = 0; q < 4 * quads; ++q) {
      [[unroll]] for (int i = 0; i < rows; ++i) acc[i] += subgroupShuffle(xv[i][q & 3], uint(q >> 2)) * wv[q];
    }
  }
  [[unroll]] for (int i = 0; i < rows; ++i) {
    if (row0 + i >= count || column >= outputs) continue;
    vec4 v = acc[i];
    if (with_gelu) v = v / (1.0 + exp(-clamp(1.5957691216 * v + 0.0713548162726 * v * v * v, -80.0, 80.0)));
    if (with_residual) v += texelFetch(residual, (row0 + i) * outputs + column);
    result[(row0 + i) * outputs + column] = v;
  }
}
