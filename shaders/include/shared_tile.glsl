// Register blocking over tiles in shared memory, for GPUs (matmul_shared, conv2d_shared, conv2d_grad_weight_shared): a
// workgroup of 16 x lines invocations makes lines * line_rows rows by 64 columns, `tile_depth` of K at a time.
layout(local_size_x = 16, local_size_y_id = 0) in;
layout(constant_id = 0) const int lines = 16;
layout(constant_id = 1) const int line_rows = 4;

const int tile_rows = lines * line_rows;
const int tile_columns = 64;
const int tile_depth = 16;
const int team = 16 * lines;                              // invocations
const int a_loads = tile_rows * tile_depth / team;        // elements that an invocation brings: line_rows
const int b_loads = tile_columns * tile_depth / team;     // 64 / lines
const int a_stride = tile_rows + 1;                       // odd, against bank conflicts
const int b_stride = tile_columns + 4;

shared float tile_a[tile_depth * a_stride];  // [k][row]
shared float tile_b[tile_depth * b_stride];  // [k][column]
vec4 acc[line_rows];

void clear_tile() {
  [[unroll]] for (int i = 0; i < line_rows; ++i) acc[i] = vec4(0);
}

// Adds the product of the two tiles; the workgroup has to have written them, and may write them again afterwards.
void multiply_tiles() {
  barrier();
  const int x = int(gl_LocalInvocationID.x);
  const int y = int(gl_LocalInvocationID.y);
  [[unroll]] for (int k = 0; k < tile_depth; ++k) {
    const int at = k * b_stride + 4 * x;
    const vec4 b = vec4(tile_b[at], tile_b[at + 1], tile_b[at + 2], tile_b[at + 3]);
    [[unroll]] for (int i = 0; i < line_rows; ++i) acc[i] += tile_a[k * a_stride + y * line_rows + i] * b;
  }
  barrier();
}

// The element of a texel1 view, or 0.
float fetch_or_zero(samplerBuffer source, int index, bool inside) {
  const float value = texelFetch(source, inside ? index : 0).x;
  return inside ? value : 0.0;
}
