#include "studio/training_samples.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "ops/ops.h"

namespace figment::studio {
namespace {

/// The end of a text, cut at a word.
std::string end_of(std::string text, std::size_t length) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (text.size() <= length) return text;
  const std::size_t from = text.size() - length;
  const std::size_t space = text.find(' ', from);
  return "..." + text.substr(space == std::string::npos ? from : space);
}

}  // namespace

TrainingSamples::TrainingSamples(runtime::Context& context, training::Task& task)
    : task_(task), preview_(task.preview(graph_)) {
  std::vector<nn::Tensor> outputs;
  if (preview_.pictures) {
    const nn::Shape shape = preview_.pictures.shape();
    core::require(shape.rank() == 4 && (shape[3] == 1 || shape[3] == 3), "{} previews pictures of shape {}",
                  task.name(), shape.to_string());
    count_ = static_cast<int>(shape[0]);
    height_ = static_cast<int>(shape[1]);
    width_ = static_cast<int>(shape[2]);
    output_ = ops::broadcast_to(preview_.pictures, {shape[0], shape[1], shape[2], 3});
    outputs.push_back(output_);
    const VkDeviceSize bytes = picture_floats() * sizeof(float);
    pictures_ = gpu::Buffer(context.device(), bytes * static_cast<VkDeviceSize>(count_), gpu::MemoryKind::upload);
    strip_ = gpu::Buffer(context.device(), bytes * stages_most, gpu::MemoryKind::upload);
    std::memset(pictures_.mapped(), 0, pictures_.size());
    std::memset(strip_.mapped(), 0, strip_.size());
  }
  for (const training::Preview::Guess& guess : preview_.guesses) {
    outputs.push_back(guess.shares);
    outputs.push_back(guess.tokens);
  }
  if (outputs.empty()) return;
  program_ = runtime::compile(context, graph_, outputs, {.name = "preview " + task.name()});
}

TrainingSamples::~TrainingSamples() = default;

std::vector<runtime::Program*> TrainingSamples::compiled() {
  return program_ ? std::vector<runtime::Program*>{program_.get()} : std::vector<runtime::Program*>{};
}

bool TrainingSamples::advance(double budget_ms) {
  if (!is_submitted_) is_submitted_ = program_->advance(budget_ms);
  if (!is_submitted_ || !program_->is_idle()) return false;
  is_submitted_ = false;
  return true;
}

void TrainingSamples::take(std::int64_t step) {
  if (has_pictures()) take_pictures(step);
  take_guesses();
  ++version_;
}

void TrainingSamples::take_pictures(std::int64_t step) {
  if (!history_.empty() && history_.back().step == step) history_.pop_back();
  if (history_.size() >= stages_most) forget_one();
  history_.push_back({step, program_->read(output_).floats});
  show();
}

/// Leaves the stages about as far from each other as they are old: what a network learns first, it learns fast.
void TrainingSamples::forget_one() {
  std::size_t least = 1;
  double least_gap = 0;
  for (std::size_t i = 1; i + 1 < history_.size(); ++i) {
    const double gap = static_cast<double>(history_[i + 1].step - history_[i - 1].step) /
                       static_cast<double>(history_[i + 1].step + 10);
    if (i > 1 && gap >= least_gap) continue;
    least = i;
    least_gap = gap;
  }
  history_.erase(history_.begin() + static_cast<std::ptrdiff_t>(least));
  if (chosen_ >= static_cast<int>(least)) --chosen_;
}

void TrainingSamples::choose(int stage) {
  chosen_ = stage >= 0 && stage < static_cast<int>(history_.size()) ? stage : -1;
  ++version_;
  show();
}

void TrainingSamples::show() {
  if (history_.empty()) return;
  const Stage& stage = chosen_ < 0 ? history_.back() : history_[static_cast<std::size_t>(chosen_)];
  std::memcpy(pictures_.mapped(), stage.pixels.data(), stage.pixels.size() * sizeof(float));
  const std::size_t one = picture_floats();
  for (std::size_t i = 0; i < history_.size(); ++i) {
    const float* from = history_[i].pixels.data() + static_cast<std::size_t>(preview_.followed) * one;
    std::memcpy(strip_.mapped_as<float>() + i * one, from, one * sizeof(float));
  }
}

void TrainingSamples::take_guesses() {
  guesses_.clear();
  for (const training::Preview::Guess& guess : preview_.guesses) {
    BarsView view;
    view.title = end_of(guess.text, 44);
    const std::vector<float> shares = program_->read(guess.shares).floats;
    const std::vector<std::int32_t> tokens = program_->read(guess.tokens).ints;
    for (std::size_t i = 0; i < std::min(shares.size(), tokens.size()); ++i) {
      view.bars.push_back({task_.word(tokens[i]), shares[i], false, tokens[i]});
    }
    guesses_.push_back(std::move(view));
  }
}

PictureView TrainingSamples::pictures() const {
  if (history_.empty()) return {};
  return {{pictures_.handle(), 0, pictures_.size(), &pictures_}, count_, width_, height_, version_};
}

PictureView TrainingSamples::strip() const {
  if (history_.empty()) return {};
  return {{strip_.handle(), 0, strip_.size(), &strip_}, static_cast<int>(history_.size()), width_, height_, version_};
}

}  // namespace figment::studio
