#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "tensor/graph.h"

/// Every op of figment, as functions from tensors to tensors. Calling one appends nodes to the graph of
/// its inputs. All throw core::Error if the shapes do not fit. Pictures are [B, H, W, C].
namespace figment::ops {

using tensor::DType;
using tensor::Graph;
using tensor::Shape;
using tensor::Tensor;
using tensor::TensorType;

// ---- pointwise (pointwise_*.cpp): f32 or f16 in, broadcasting by numpy's rules; fused by the runtime
Tensor add(Tensor a, Tensor b);
Tensor sub(Tensor a, Tensor b);
Tensor mul(Tensor a, Tensor b);
Tensor div(Tensor a, Tensor b);
Tensor minimum(Tensor a, Tensor b);
Tensor maximum(Tensor a, Tensor b);
Tensor pow(Tensor a, float exponent);  ///< a > 0
Tensor scale(Tensor a, float factor);  ///< a * factor
Tensor shift(Tensor a, float addend);  ///< a + addend
Tensor neg(Tensor a);
Tensor exp(Tensor a);
Tensor log(Tensor a);
Tensor sqrt(Tensor a);
Tensor rsqrt(Tensor a);
Tensor square(Tensor a);
Tensor abs(Tensor a);
Tensor sign(Tensor a);
Tensor sin(Tensor a);
Tensor cos(Tensor a);
Tensor tanh(Tensor a);
Tensor sigmoid(Tensor a);
Tensor softplus(Tensor a);
Tensor relu(Tensor a);
Tensor leaky_relu(Tensor a, float slope = 0.2F);
Tensor elu(Tensor a, float alpha = 1.0F);
Tensor gelu(Tensor a);  ///< tanh form
Tensor silu(Tensor a);
Tensor mish(Tensor a);
Tensor hard_sigmoid(Tensor a);
Tensor clamp(Tensor a, float low, float high);
Tensor greater(Tensor a, Tensor b);                  ///< 1 where a > b, else 0; no gradient
Tensor where(Tensor condition, Tensor a, Tensor b);  ///< a where condition > 0.5, else b
Tensor cast(Tensor a, DType dtype);                  ///< f32 <-> f16, u8 -> f32 (in [0, 1]), i32 <-> f32

// ---- movement (movement.cpp, transpose.cpp, concat.cpp, slice.cpp, pad.cpp)
Tensor reshape(Tensor a, Shape shape);  ///< a view; one extent may be -1
Tensor transpose(Tensor a, std::vector<std::int64_t> permutation);
Tensor concat(std::span<const Tensor> parts, int axis);
Tensor slice(Tensor a, int axis, std::int64_t begin, std::int64_t end);
Tensor pad(Tensor a, std::vector<std::int64_t> before, std::vector<std::int64_t> after, float value = 0);
Tensor broadcast_to(Tensor a, Shape shape);
Tensor space_to_depth(Tensor a, std::int64_t block);  ///< [B,H,W,C] -> [B,H/b,W/b,b*b*C], order (by, bx, c)
Tensor depth_to_space(Tensor a, std::int64_t block);  ///< its inverse
/// Lays f32 tensors flat one behind the other, each at a multiple of tensor::pack_alignment, gaps zero:
/// the layout of tensor::pack_variables. The runtime lets the producers write there at once if it can.
Tensor pack(std::span<const Tensor> parts);

// ---- reductions (reduce.cpp)
Tensor sum(Tensor a, std::vector<int> axes, bool keep = false);  ///< axes {} means all
Tensor mean(Tensor a, std::vector<int> axes, bool keep = false);
Tensor max(Tensor a, std::vector<int> axes, bool keep = false);
Tensor sum_to(Tensor a, Shape shape);  ///< undoes a broadcast
Tensor argmax(Tensor a);               ///< i32, over the last axis
Tensor cumulative_sum(Tensor a);       ///< over the last axis

// ---- matrix product, convolution, attention
struct MatmulOptions {
  bool transpose_a = false;  ///< a is [.., K, M]
  bool transpose_b = false;  ///< b is [.., N, K]
  Tensor bias = {};          ///< [N], added to each row
};
/// [.., M, K] x [.., K, N] -> [.., M, N]. Leading axes are equal, or absent in b.
Tensor matmul(Tensor a, Tensor b, MatmulOptions options = {});

struct ConvOptions {
  std::int64_t stride = 1;
  std::int64_t padding = 0;
  std::int64_t dilation = 1;
  std::int64_t groups = 1;
  Tensor bias = {};                 ///< [O]
  std::int64_t output_padding = 0;  ///< conv_transpose2d only
};
/// x [B,H,W,C], weight [KH,KW,C/groups,O] -> [B,H',W',O]
Tensor conv2d(Tensor x, Tensor weight, ConvOptions options = {});
/// x [B,H,W,C], weight [KH,KW,O,C] (the weight of the conv2d that it is the gradient of) -> [B,H',W',O]
Tensor conv_transpose2d(Tensor x, Tensor weight, ConvOptions options = {});

struct AttentionOptions {
  std::int64_t heads = 1;
  bool causal = false;   ///< query i sees keys up to i + (length - S)
  float scale = 0;       ///< 0 means 1/sqrt(D)
  Tensor key_mask = {};  ///< f32 [B, T], 1 = seen, 0 = hidden
  Tensor length = {};    ///< i32 [1]: only the first `length` keys exist (a cache being filled)
};
/// softmax(q k^T scale) v, fused. q [B,S,H*D], k and v [B,T,H*D] -> [B,S,H*D]. Head h is columns h*D...
Tensor attention(Tensor q, Tensor k, Tensor v, AttentionOptions options);

// ---- softmax and norms: over the last axis unless said
Tensor softmax(Tensor a);
Tensor log_softmax(Tensor a);
Tensor layer_norm(Tensor x, Tensor weight, Tensor bias, float epsilon = 1e-5F);  ///< weight, bias [C]; may be empty
Tensor rms_norm(Tensor x, Tensor weight, float epsilon = 1e-6F);
/// x [B,H,W,C] (or [B,N,C]), weight and bias [C]; with `activate` followed by SiLU in the same kernel.
Tensor group_norm(Tensor x, Tensor weight, Tensor bias, std::int64_t groups, bool activate = false,
                  float epsilon = 1e-5F);
/// Over all but the last axis, with the statistics of the batch; returns {y, mean [C], variance [C]}.
std::vector<Tensor> batch_norm(Tensor x, Tensor weight, Tensor bias, float epsilon = 1e-5F);

// ---- sampling grids
Tensor upsample_nearest(Tensor x, std::int64_t factor);
Tensor upsample_bilinear(Tensor x, std::int64_t factor);
Tensor avg_pool2d(Tensor x, std::int64_t size);  ///< windows of size x size, stride size
Tensor max_pool2d(Tensor x, std::int64_t size);

// ---- lookup and losses
/// table [V, C], indices i32 [..] -> [.., C]. An index outside [0, V) gives zeros.
Tensor embedding(Tensor table, Tensor indices);
/// logits [N, V], targets i32 [N] -> [N] losses in nats; rows whose target is negative give 0.
Tensor cross_entropy(Tensor logits, Tensor targets);
Tensor bce_with_logits(Tensor logits, Tensor targets);  ///< elementwise
Tensor mse(Tensor a, Tensor b);                         ///< mean over all, a scalar
Tensor one_hot(Tensor indices, std::int64_t classes);   ///< f32

// ---- random numbers (Philox4x32-10; the same on every device). seed: u32 [4] = {key lo, key hi, stream, step}
Tensor random_uniform(Tensor seed, Shape shape, std::uint32_t salt = 0);  ///< [0, 1)
Tensor random_normal(Tensor seed, Shape shape, std::uint32_t salt = 0);
Tensor dropout(Tensor x, Tensor seed, float rate, std::uint32_t salt);

// ---- sorting and choice, over the last axis
std::vector<Tensor> top_k(Tensor a, std::int64_t k);  ///< {values descending, indices i32}; ties by lower index
Tensor categorical(Tensor logits, Tensor seed, std::uint32_t salt = 0);  ///< logits [N, V] -> i32 [N]

// ---- in place: the first argument is a variable's leaf
void assign(Tensor variable, Tensor value);
/// Writes value [B, S, C] into variable [B, T, C] at rows position .. position + S. position: i32 [1]
void write_rows(Tensor variable, Tensor value, Tensor position);
/// variable += rate * (value - variable); rate: f32 [1]
void lerp_into(Tensor variable, Tensor value, Tensor rate);

}  // namespace figment::ops

namespace figment::tensor {
inline Tensor operator+(Tensor a, Tensor b) { return ops::add(a, b); }
inline Tensor operator-(Tensor a, Tensor b) { return ops::sub(a, b); }
inline Tensor operator*(Tensor a, Tensor b) { return ops::mul(a, b); }
inline Tensor operator/(Tensor a, Tensor b) { return ops::div(a, b); }
inline Tensor operator*(Tensor a, float b) { return ops::scale(a, b); }
inline Tensor operator*(float a, Tensor b) { return ops::scale(b, a); }
inline Tensor operator+(Tensor a, float b) { return ops::shift(a, b); }
inline Tensor operator-(Tensor a, float b) { return ops::shift(a, -b); }
inline Tensor operator-(Tensor a) { return ops::neg(a); }
}  // namespace figment::tensor
