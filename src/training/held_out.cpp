#include "training/held_out.h"

#include <array>
#include <string_view>
#include <vector>

#include "data/picture_source.h"
#include "data/token_stream.h"
#include "training/task.h"

namespace figment::training {
namespace {

struct PictureModel {
  std::string_view model;
  std::string_view set;
};

/// Models that learn the pictures of one set as they are, by the inputs of PictureBatches. A set may be kept in memory
/// while one trains, so that other random numbers do not bring pictures that are unseen.
constexpr std::array<PictureModel, 8> picture_models = {{{"diffusion", "landscapes"},
                                                         {"gan", "creatures"},
                                                         {"cgan", "digits"},
                                                         {"vae", "digits"},
                                                         {"autoencoder", "digits"},
                                                         {"flow", "creatures"},
                                                         {"pixelcnn", "creatures_palette"},
                                                         {"judge", "landscapes"}}};

void write_unseen_pictures(runtime::Program& program, std::string_view set, std::int64_t batch) {
  const data::PictureSource source(set);
  const auto count = static_cast<std::size_t>(batch);
  const std::size_t axes = source.class_axes().size();
  std::vector<std::int32_t> classes(count * axes, -1);
  if (program.has_input("indices")) {
    const auto cells = static_cast<std::size_t>(source.height() * source.width());
    std::vector<std::int32_t> indices(count * cells);
    for (std::size_t i = 0; i < count; ++i) {
      source.draw_indices(i, data::held_out_seed, std::span(indices).subspan(i * cells, cells),
                          std::span(classes).subspan(i * axes, axes));
    }
    program.write_ints("indices", indices);
  } else {
    std::vector<float> pixels(count * source.picture_size());
    source.draw_batch(0, data::held_out_seed, pixels, classes);
    program.write("pixels", pixels);
  }
  std::vector<std::int32_t> labels(count);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    for (std::size_t i = 0; i < count; ++i) labels[i] = classes[i * axes + axis];
    const std::string name(source.class_axes()[axis].name);
    if (program.has_input(name)) program.write_ints(name, labels);
  }
}

}  // namespace

bool prepare_held_out(Task& task, runtime::Program& program, double budget_ms) {
  auto* holder = dynamic_cast<HoldsOut*>(&task);
  return holder == nullptr || holder->prepare_held_out(program, budget_ms);
}

void write_held_out(Task& task, runtime::Program& program, std::int64_t batch) {
  core::Random random = data::held_out_random(2);  // previews take those of 1
  if (auto* holder = dynamic_cast<HoldsOut*>(&task)) return holder->write_held_out(program, batch, random);
  for (const PictureModel& one : picture_models) {
    if (one.model != task.name()) continue;
    write_unseen_pictures(program, one.set, batch);
    if (program.has_input("seed")) write_seed(program, "seed", random);
    return;
  }
  task.write_batch(program, batch, random);
}

}  // namespace figment::training
