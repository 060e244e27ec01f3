#include "studio/evaluate_pixelcnn.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "data/picture_source.h"
#include "training/pixelcnn_task.h"

namespace figment::studio {
namespace {

constexpr std::int64_t batch = 40;      // one of each hue and body
constexpr std::int64_t at_once = 40;    // pictures that are painted
constexpr std::int64_t scored = 800;    // pictures
constexpr std::int64_t counted = 4000;  // pictures that the histograms are made of
constexpr int shown = 16;               // pictures of each kind on the sheet
constexpr std::uint64_t counted_seed = 1;

struct Indices {
  std::vector<std::int32_t> cells, hue, body;
};

/// Palette creatures of a seed; the classes take turns.
Indices draw(const data::PictureSource& source, std::int64_t first, std::int64_t count, std::uint64_t seed) {
  const auto size = static_cast<std::size_t>(source.width() * source.height());
  Indices result;
  result.cells.resize(size * static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    std::array<std::int32_t, 2> classes = {static_cast<std::int32_t>((first + i) / 5 % 8),
                                           static_cast<std::int32_t>((first + i) % 5)};
    source.draw_indices(static_cast<std::uint64_t>(first + i), seed,
                        std::span(result.cells).subspan(static_cast<std::size_t>(i) * size, size), classes);
    result.hue.push_back(classes[0]);
    result.body.push_back(classes[1]);
  }
  return result;
}

/// Nats per cell of held-out pictures by the frequencies of training pictures.
void score_baselines(const data::PictureSource& source, const Indices& held_out, PixelCnnEvaluation& result) {
  const auto size = static_cast<std::size_t>(source.width() * source.height());
  const std::size_t colors = source.palette().size();
  std::vector<double> all(colors, 1.0);
  std::vector<double> by_place(size * colors, 1.0);  // one each, so that nothing is impossible
  const Indices training = draw(source, 0, counted, counted_seed);
  for (std::size_t i = 0; i < training.cells.size(); ++i) {
    const auto color = static_cast<std::size_t>(training.cells[i]);
    all[color] += 1;
    by_place[i % size * colors + color] += 1;
  }
  const double total = static_cast<double>(training.cells.size() + colors);
  const double total_of_place = static_cast<double>(counted) + static_cast<double>(colors);
  for (std::size_t i = 0; i < held_out.cells.size(); ++i) {
    const auto color = static_cast<std::size_t>(held_out.cells[i]);
    result.nats_zero_order -= std::log(all[color] / total);
    result.nats_by_place -= std::log(by_place[i % size * colors + color] / total_of_place);
  }
  result.nats_zero_order /= static_cast<double>(held_out.cells.size());
  result.nats_by_place /= static_cast<double>(held_out.cells.size());
}

void score(runtime::Context& context, const models::PixelCnn& network, const Indices& held_out,
           PixelCnnEvaluation& result) {
  const std::int64_t cells = network.config().cells();
  tensor::Graph graph;
  const tensor::Tensor indices = graph.input("indices", {{batch, cells}, tensor::DType::i32});
  const std::array<tensor::Tensor, 2> labels = {graph.input("hue", {{batch}, tensor::DType::i32}),
                                                graph.input("body", {{batch}, tensor::DType::i32})};
  const tensor::Tensor logits = network.logits(network.features(indices, labels));
  const tensor::Tensor rows = ops::reshape(logits, {batch * cells, network.config().colors});
  const tensor::Tensor loss = ops::mean(ops::cross_entropy(rows, ops::reshape(indices, {batch * cells})), {});
  const auto program = runtime::compile(context, graph, std::array<tensor::Tensor, 1>{loss}, {.name = "score cells"});
  const auto count = static_cast<std::int64_t>(held_out.hue.size());
  const std::vector<std::int32_t> any_hue(static_cast<std::size_t>(batch), 8);
  const std::vector<std::int32_t> any_body(static_cast<std::size_t>(batch), 5);
  for (std::int64_t first = 0; first < count; first += batch) {
    const auto part = [&](const std::vector<std::int32_t>& values, std::int64_t each) {
      return std::span(values).subspan(static_cast<std::size_t>(first * each), static_cast<std::size_t>(batch * each));
    };
    program->write_ints("indices", part(held_out.cells, cells));
    program->write_ints("hue", part(held_out.hue, 1));
    program->write_ints("body", part(held_out.body, 1));
    program->submit();
    result.nats += program->read_scalar(loss);
    program->write_ints("hue", any_hue);
    program->write_ints("body", any_body);
    program->submit();
    result.nats_untold += program->read_scalar(loss);
  }
  result.nats /= static_cast<double>(count / batch);
  result.nats_untold /= static_cast<double>(count / batch);
}

CreatureSet enlarged(const Indices& from) {
  CreatureSet set;
  add_enlarged(set, palette_pixels(from.cells), 16);
  set.hue.assign(from.hue.begin(), from.hue.end());
  set.body.assign(from.body.begin(), from.body.end());
  return set;
}

void add(Indices& to, const Indices& from) {
  to.cells.insert(to.cells.end(), from.cells.begin(), from.cells.end());
  to.hue.insert(to.hue.end(), from.hue.begin(), from.hue.end());
  to.body.insert(to.body.end(), from.body.begin(), from.body.end());
}

/// The first pictures, without pixels of the others.
std::vector<float> first_of(const Indices& from) {
  CreatureSet set = enlarged(from);
  set.pixels.resize(std::min(set.pixels.size(), shown * CreatureSet::floats));
  return set.pixels;
}

}  // namespace

PixelCnnEvaluation evaluate_pixelcnn(runtime::Context& context, const PixelCnnEvaluationOptions& options,
                                     const EvaluationProgress& progress) {
  CreatureJudging judge(context, options.judge_weights);
  const auto network = load_pixelcnn(options.weights);
  const data::PictureSource source("creatures_palette");
  const std::uint64_t held_out_seed = data::held_out_seed + options.seed;
  PixelCnnEvaluation result;
  result.scored = scored;
  const Indices held_out = draw(source, 0, scored, held_out_seed);
  score_baselines(source, held_out, result);
  score(context, *network, held_out, result);

  const auto begin = std::chrono::steady_clock::now();
  CellPainter painter(context, network, static_cast<int>(at_once));
  const std::int64_t rounds = std::max<std::int64_t>(1, (options.count + at_once - 1) / at_once);
  const std::int64_t half = painter.cell_count() / 2;
  Indices halves;
  Indices completed;
  Indices made;
  // Halves of all pictures are completed, and as many as fit at once painted from nothing, which is twice the work.
  const auto steps = static_cast<double>((rounds + 2) * half);
  double done = 0;
  const auto paint = [&](const Indices& pictures, std::uint64_t seed) {
    painter.begin({seed, pictures.hue, pictures.body, options.temperature}, pictures.cells);
    while (!painter.is_finished()) {
      painter.run_cell();
      done += 1;
      if (progress) progress(done / steps);
    }
    return Indices{painter.cells(), pictures.hue, pictures.body};
  };
  for (std::int64_t round = 0; round < rounds; ++round) {
    Indices pictures = draw(source, round * at_once, at_once, held_out_seed);
    for (std::int64_t i = 0; i < at_once * painter.cell_count(); ++i) {
      if (i % painter.cell_count() >= half) pictures.cells[static_cast<std::size_t>(i)] = painter.empty();
    }
    add(halves, pictures);
    add(completed, paint(pictures, options.seed + static_cast<std::uint64_t>(round)));
    if (round > 0) continue;
    std::fill(pictures.cells.begin(), pictures.cells.end(), painter.empty());
    add(made, paint(pictures, options.seed));
  }
  result.seconds_painting = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  result.painted = static_cast<std::int64_t>(made.hue.size());
  result.completed_count = static_cast<std::int64_t>(completed.hue.size());
  const auto judged = [&](const Indices& pictures) {
    const CreatureSet set = enlarged(pictures);
    return agreement(judge.judge(set), set);
  };
  result.completions = judged(completed);
  result.from_nothing = judged(made);
  result.real = judged(held_out);
  result.halves = first_of(halves);
  result.completed = first_of(completed);
  result.originals = first_of(held_out);
  result.made = first_of(made);
  return result;
}

}  // namespace figment::studio
