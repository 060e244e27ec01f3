#include "training/checkpoint.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/half.h"
#include "core/quote.h"
#include "formats/safetensors.h"
#include "training/carries_metadata.h"
#include "training/trainer.h"
#include "training/weights.h"

namespace figment::training {
namespace {

/// With what the task itself carries.
std::map<std::string, std::string> with_carried(std::map<std::string, std::string> metadata, const Task& task) {
  if (const auto* carrier = dynamic_cast<const CarriesMetadata*>(&task)) metadata.merge(carrier->metadata());
  return metadata;
}

}  // namespace

const Checkpoint::Part& Checkpoint::part(const std::string& name) const {
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.name == name; });
  core::require(found != parts.end(), "the checkpoint has no part named {}; gather it as a whole", name);
  return *found;
}

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  std::vector<formats::TensorRecord> records;
  for (const Checkpoint::Part& part : checkpoint.parts) {
    records.push_back(formats::float_record(part.name, part.shape, part.values));
  }
  formats::write_safetensors(path, records, checkpoint.metadata);
}

std::vector<std::pair<std::string, tensor::Variable>> Trainer::parts() {
  return {{"parameters", task_->parameters().flat()},
          {"average", task_->average().flat()},
          {"moment1", moment1_},
          {"moment2", moment2_}};
}

std::map<std::string, std::string> Trainer::checkpoint_metadata() const {
  return with_carried({{"figment.kind", "checkpoint"},
                       {"model", task_->name()},
                       {"preset", task_->preset()},
                       {"optimizer", name_of(settings_.optimizer)},
                       {"step", std::to_string(step_)},
                       {"samples", std::to_string(samples_)},
                       {"moments_since", std::to_string(moments_since_)},
                       {"seconds", fmt::format("{:.1f}", seconds_)},
                       {"smooth_loss", fmt::format("{:.6f}", smooth_loss_)}},
                      *task_);
}

bool Trainer::gather(Checkpoint& checkpoint) {
  core::require(!is_mid_step(), "a checkpoint cannot be taken within a step; finish it first");
  const auto all = parts();
  if (checkpoint.parts.empty()) checkpoint.metadata = checkpoint_metadata();
  const auto& [name, variable] = all[checkpoint.parts.size()];
  checkpoint.parts.push_back({name, variable->type.shape.extents(), context_.download(variable).floats});
  return checkpoint.parts.size() == all.size();
}

void Trainer::save_checkpoint(const std::filesystem::path& path) {
  finish_begun();
  Checkpoint checkpoint;
  while (!gather(checkpoint)) {
  }
  write_checkpoint(path, checkpoint);
}

void Trainer::load_checkpoint(const std::filesystem::path& path) {
  finish_begun();
  const formats::SafetensorsFile file(path);
  const auto& metadata = file.metadata();
  const auto text = [&](const std::string& key, const std::string& otherwise) {
    const auto found = metadata.find(key);
    return found == metadata.end() ? otherwise : found->second;
  };
  core::require(text("figment.kind", "") == "checkpoint",
                "{} is no checkpoint of figment train; give the file that --out named", path.string());
  core::require(text("model", "") == task_->name(), "{} is a checkpoint of {}, not of {}", path.string(),
                core::quotable(text("model", "no model")), task_->name());
  for (const auto& [name, variable] : parts()) {
    context_.upload(variable, file.read_floats(name, variable->type.shape.extents()));
  }
  try {
    step_ = std::stoll(metadata.at("step"));
    seconds_ = std::stod(metadata.at("seconds"));
    smooth_loss_ = std::stof(metadata.at("smooth_loss"));
    samples_ = std::stoll(text("samples", std::to_string(step_ * settings_.batch)));
    moments_since_ = std::stoll(text("moments_since", "0"));
  } catch (const std::exception&) {
    core::fail("{} is damaged: its step, time or loss is missing", path.string());
  }
  const bool makes_sense = step_ >= 0 && samples_ >= 0 && moments_since_ >= 0 && moments_since_ <= step_ &&
                           std::isfinite(seconds_) && seconds_ >= 0;
  core::require(makes_sense, "{} is damaged: its step or time makes no sense", path.string());
  if (text("optimizer", "adamw") != name_of(settings_.optimizer)) forget_moments();
  random_ = core::Random(settings_.seed, 77 + static_cast<std::uint64_t>(step_));
}

void Trainer::forget_moments() {
  const std::vector<float> zeros(static_cast<std::size_t>(moment1_->type.shape.count()));
  context_.upload(moment1_, zeros);
  context_.upload(moment2_, zeros);
  moments_since_ = step_;
}

std::map<std::string, std::string> Trainer::weights_metadata() const {
  return with_carried({{"figment.kind", "weights"},
                       {"model", task_->name()},
                       {"preset", task_->preset()},
                       {"data", task_->data_version()},
                       {"optimizer", name_of(settings_.optimizer)},
                       {"steps", std::to_string(step_)},
                       {"batch", std::to_string(settings_.batch)},
                       {"seconds", fmt::format("{:.0f}", seconds_)},
                       {"seed", std::to_string(settings_.seed)},
                       {"loss", fmt::format("{:.5f}", smooth_loss_)},
                       {"device", context_.device().info().name}},
                      *task_);
}

void Trainer::export_weights(const std::filesystem::path& path, bool half) {
  finish_begun();
  save_weights(path, context_, task_->average(), weights_metadata(), half);
}

}  // namespace figment::training
