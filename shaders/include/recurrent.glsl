// What recurrent_step and recurrent_step_grad share: a tile of `rows` rows of the batch and 4 * lanes columns, as in
// matmul.comp. A (one texel a lane, broadcast by shuffles) is the state, B the weight, plain or as panels.
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const int lanes = 8;  // of a subgroup; a workgroup is one
layout(constant_id = 1) const int rows = 16;  // 1, 2, 4, 8 or 16
layout(constant_id = 2) const int cell = 2;   // 0 rnn, 1 gru, 2 lstm
layout(constant_id = 3) const int a_texels = 4;  // fetches of A in a step of K
layout(constant_id = 4) const int block = 4;     // rows of a sub-block: min(rows, 4)
layout(binding = 0) uniform samplerBuffer a;
layout(binding = 1) uniform samplerBuffer weight;

const int depth = 8;  // K of a step
const int quads = depth / 4;
const int rows_per_fetch = lanes / quads;

vec4 acc[rows];

// Adds A [batch, k] times the weight's columns column .. column + 3 of each lane. Texels: `a_first` where A begins,
// `b_row` from row to row of the weight, `b_first` this lane's in row 0.
void multiply(int batch, int k, int a_first, int b_first, int b_row, int m0, int lane) {
  int a_base[a_texels];
  [[unroll]] for (int f = 0; f < a_texels; ++f) {
    a_base[f] = a_first + min(m0 + f * rows_per_fetch + lane / quads, batch - 1) * (k / 4) + lane % quads;
  }
  for (int k0 = 0; k0 < k; k0 += depth) {
    vec4 av[a_texels];
    vec4 bv[depth];
    [[unroll]] for (int f = 0; f < a_texels; ++f) av[f] = texelFetch(a, a_base[f] + k0 / 4);
    [[unroll]] for (int q = 0; q < depth; ++q) bv[q] = texelFetch(weight, b_first + (k0 + q) * b_row);
    [[unroll]] for (int ib = 0; ib < rows / block; ++ib) {
      [[unroll]] for (int q = 0; q < depth; ++q) {
        [[unroll]] for (int ii = 0; ii < block; ++ii) {
          const int i = ib * block + ii;
          acc[i] += subgroupShuffle(av[i / rows_per_fetch][q & 3], uint(i % rows_per_fetch * quads + (q >> 2))) * bv[q];
        }
      }
    }
  }
}
