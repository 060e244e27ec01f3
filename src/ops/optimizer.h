#pragma once
#include <cstdint>
#include <span>

#include "tensor/graph.h"

/// Optimisers over packed variables (tensor::pack_variables): one dispatch updates all weights.
namespace figment::ops {

/// The leaves of flat f32 variables of one size.
struct AdamwState {
  tensor::Tensor parameters;
  tensor::Tensor m;         ///< first moment
  tensor::Tensor v;         ///< second moment
  tensor::Tensor ema = {};  ///< running average of the parameters, or empty
};

/// The same for the optimisers of one moment.
struct MomentumState {
  tensor::Tensor parameters;
  tensor::Tensor m;         ///< momentum
  tensor::Tensor ema = {};  ///< running average of the parameters, or empty
};

/// What every optimiser reads from its `hyper` input, in this order.
struct AdamwHyper {
  float learning_rate = 1e-3F;
  float beta1 = 0.9F;
  float beta2 = 0.999F;
  float epsilon = 1e-8F;
  float weight_decay = 0;       ///< decoupled; times the learning rate
  float first_correction = 1;   ///< 1 / (1 - beta1^t)
  float second_correction = 1;  ///< 1 / (1 - beta2^t)
  float ema_rate = 0;           ///< ema += ema_rate * (parameters - ema)
};
static_assert(sizeof(AdamwHyper) == 8 * sizeof(float),
              "shaders/optimizer_adamw.comp and optimizer_momentum.comp read two vec4");

/// The hyperparameters of step `t`, counted from 1, with the bias corrections filled in.
AdamwHyper adamw_hyper(std::int64_t t, float learning_rate, float beta1 = 0.9F, float beta2 = 0.999F,
                       float weight_decay = 0, float ema_rate = 0, float epsilon = 1e-8F);

/// AdamW (Loshchilov and Hutter, 2019) in place. `gradients` is flat and of the parameters' size, `hyper` f32 [8],
/// `gradient_scale` f32 [1] multiplies the gradients; if it is 0 (a gradient that is not finite) nothing changes.
/// Only the first `decay_count` elements decay. Throws Error if the sizes differ.
void adamw(const AdamwState& state, tensor::Tensor gradients, tensor::Tensor hyper, tensor::Tensor gradient_scale,
           std::int64_t decay_count);

/// Stochastic gradient descent with momentum (Polyak, 1964) in place: m = beta1 m + g, then parameters -=
/// learning_rate (m + weight_decay parameters); with `nesterov` g + beta1 m stands for m (Sutskever et al., 2013).
/// The rest is as for adamw: weight decay is decoupled, hyper's other numbers are not read.
void sgd(const MomentumState& state, tensor::Tensor gradients, tensor::Tensor hyper, tensor::Tensor gradient_scale,
         std::int64_t decay_count, bool nesterov = false);

/// Lion (Chen et al., 2023) in place: parameters -= learning_rate (sign(beta1 m + (1 - beta1) g) + weight_decay
/// parameters), then m = beta2 m + (1 - beta2) g. It wants a learning rate 3 to 10 times smaller than adamw's and a
/// weight decay as many times larger, with beta1 0.9 and beta2 0.99. The rest is as for adamw.
void lion(const MomentumState& state, tensor::Tensor gradients, tensor::Tensor hyper, tensor::Tensor gradient_scale,
          std::int64_t decay_count);

/// Gradient clipping by the global norm.
struct ClipScale {
  tensor::Tensor scale;  ///< f32 [1]: min(1, max_norm / norm), or 0 if the norm is not finite
  tensor::Tensor norm;   ///< f32 [1]: the norm before clipping
};

/// `max_norm`: f32 [1]; 0 or less means no clipping. Gradients are flat f32.
ClipScale clip_scale(tensor::Tensor gradients, tensor::Tensor max_norm);
const tensor::Op& clip_scale_op();

/// The Euclidean norms of pieces of `values`, flat f32: piece i is elements offsets[i] to offsets[i + 1], without the
/// last. `offsets`: i32 [pieces + 1], ascending. Result: f32 [pieces]. Best pieces of a few thousand elements, since
/// each is one subgroup's work.
tensor::Tensor segment_norms(tensor::Tensor values, tensor::Tensor offsets);
const tensor::Op& segment_norms_op();

}  // namespace figment::ops
