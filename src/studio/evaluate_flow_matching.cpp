#include "studio/evaluate_flow_matching.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "training/weights.h"

namespace figment::studio {
namespace {

constexpr std::array<int, 4> flow_steps = {1, 2, 4, 8};
constexpr int way_steps = 16;       // that ways are measured with
constexpr std::int64_t shown = 12;  // pictures of each row

/// The share of all work that ends with a row, by evaluations of the network.
class Shares {
 public:
  Shares(const EvaluationProgress& progress, double total) : progress_(progress), total_(total) {}
  EvaluationProgress next(double evaluations) {
    const double from = done_ / total_;
    done_ += evaluations;
    const double to = done_ / total_;
    return [this, from, to](double share) {
      if (progress_) progress_(from + share * (to - from));
    };
  }

 private:
  const EvaluationProgress& progress_;
  double total_;
  double done_ = 0;
};

/// The pictures of one row, painted with `painter`, and how good they are.
PaintedRow judge_row(PaintedRow row, const LandscapePainter& painter, const PictureRequest& request,
                     const FeatureSet& real, PictureJudge& judge, FlowMatchingEvaluation& result,
                     const EvaluationProgress& progress) {
  const auto begin = std::chrono::steady_clock::now();
  const PictureSet made = paint_all_classes(painter, request, result.made, progress);
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const PictureJudge::Verdict verdict = judge.judge(made);
  row.as_asked = agreement(verdict, made);
  row.distance = distance(verdict.features, real);
  result.shown.push_back(some_of(made, shown));
  return row;
}

double measure_curvature(FlowMatchingPainter& painter, const PictureRequest& request) {
  painter.begin(request, FlowSolver::euler, way_steps, 0);
  painter.run_all();
  return curvature(painter.read_ways(), way_steps);
}

}  // namespace

FlowMatchingEvaluation evaluate_flow_matching(runtime::Context& context, const FlowMatchingEvaluationOptions& options,
                                              const EvaluationProgress& progress) {
  // What can fail at once comes first.
  PictureJudge judge(context, options.judge_weights);
  const int at_once = landscapes_at_once(options.count);
  FlowMatchingPainter painter(context, load_flow_matching(options.weights), at_once);
  const bool has_diffusion = std::filesystem::exists(training::shipped_weights("diffusion"));
  FlowMatchingEvaluation result;
  const PictureSet real = held_out_landscapes((options.count + 23) / 24 * 24, options.request.seed);
  const PictureSet other = other_held_out_landscapes(real.count(), options.request.seed);
  result.made = real.count();
  const FeatureSet real_features = judge.judge(real).features;
  const PictureJudge::Verdict verdict = judge.judge(other);
  result.judge = agreement(verdict, other);
  result.real_distance = distance(verdict.features, real_features);

  PictureRequest diffusion_request = options.request;
  diffusion_request.steps = options.diffusion_steps;
  const double diffusion_evaluations = options.diffusion_steps * (options.request.guidance == 1.0F ? 1.0 : 2.0);
  Shares shares(progress, 30 + (has_diffusion ? diffusion_evaluations : 0));
  for (const int steps : flow_steps) {
    const auto evaluations = static_cast<double>(flow_evaluations(options.solver, steps).size());
    const LandscapePainter paint = [&](const PictureRequest& one, const EvaluationProgress& share) {
      painter.begin(one, options.solver, steps, 0);
      painter.run_all();
      share(1);
      return painter.read_column(0);
    };
    PaintedRow row = {fmt::format("flow, {} step{}", steps, steps > 1 ? "s" : ""), steps, evaluations, {}, {}, 0};
    result.rows.push_back(
        judge_row(std::move(row), paint, options.request, real_features, judge, result, shares.next(evaluations)));
  }
  result.curvature = measure_curvature(painter, options.request);
  if (has_diffusion) {
    PictureGenerator generator(context, load_landscape_network(), at_once);
    const LandscapePainter paint = [&](const PictureRequest& one, const EvaluationProgress& share) {
      generator.begin(one);
      generator.run_all([&](int row, int rows) { share(static_cast<double>(row) / rows); });
      return generator.read_pixels();
    };
    PaintedRow row = {fmt::format("diffusion, {} steps", options.diffusion_steps),
                      options.diffusion_steps,
                      diffusion_evaluations,
                      {},
                      {},
                      0};
    result.rows.push_back(judge_row(std::move(row), paint, diffusion_request, real_features, judge, result,
                                    shares.next(diffusion_evaluations)));
    FlowMatchingPainter bent(context, training::load_network<models::VelocityNet>("diffusion"), at_once);
    result.diffusion_curvature = measure_curvature(bent, options.request);
  }
  result.shown.push_back(some_of(real, shown));
  if (progress) progress(1);
  return result;
}

}  // namespace figment::studio
