// What the attention kernels share: their constants, sizes and who sees whom. Tensors are [B, S, H * D] for queries and
// [B, T, H * D] for keys and values; one subgroup holds `rows` rows of one head in registers, a texel a lane, and
// streams the other side `lanes` rows at a time.
layout(local_size_x_id = 0) in;
layout(constant_id = 0) const int lanes = 8;  // of a subgroup; a workgroup is one
layout(constant_id = 1) const int rows = 8;
layout(constant_id = 2) const int blocks = 1;  // of `lanes` streamed rows in a step
layout(constant_id = 3) const int depth = 64;  // D, a multiple of 4
layout(constant_id = 4) const bool causal = false;
layout(constant_id = 5) const bool with_mask = false;
layout(constant_id = 6) const bool with_length = false;
layout(push_constant) uniform Push {
  int queries, keys, heads;  // S, T, H
  float scale;
};

const int texels = depth / 4;                          // of a row of a head
const int held = (texels + lanes - 1) / lanes;         // texels of such a row that a lane holds
const int chunk = texels % 4 == 0 ? 4 : 1;             // texels fetched before they are used
const float log2_e = 1.44269504088896;

int head() { return int(gl_WorkGroupID.y); }
int image() { return int(gl_WorkGroupID.z); }

// First row of this workgroup's tile. Causal tiles differ in cost and the grid is cut into one piece a core, so that
// they are dealt out from both ends in turn.
int first_row() {
  const int x = int(gl_WorkGroupID.x);
  if (!causal) return x * rows;
  return (x % 2 == 0 ? x / 2 : int(gl_NumWorkGroups.x) - 1 - x / 2) * rows;
}

// Texel where a row of this head begins, in a tensor of `count` rows.
int row_texel(int row, int count) { return ((image() * count + row) * heads + head()) * texels; }

// Texel of a row that this lane holds as its t-th.
int held_texel(int t) { return min(t * lanes + int(gl_SubgroupInvocationID), texels - 1); }
