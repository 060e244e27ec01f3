#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "studio/digit_attributes.h"
#include "studio/vae_activity.h"

// What a VaeActivity shows.
namespace figment::studio {

void VaeActivity::publish() {
  View& shown = view();
  shown.pictures = sample_pictures_.view(context(), shown.pictures.version + 1);
  shown.parts.clear();
  show_plane();
  show_space();
  show_numbers();
}

ViewPart& VaeActivity::add_part(const char* name, const char* title, int row, float height, float width) {
  ViewPart part;
  part.name = name;
  part.title = title;
  part.row = row;
  part.height = height;
  part.width = width;
  view().parts.push_back(std::move(part));
  return view().parts.back();
}

void VaeActivity::show_plane() {
  const std::uint64_t version = view().pictures.version;
  ViewPart& manifold = add_part("manifold", "All that two numbers can say", 0, 2.1F, 1.2F);
  manifold.note = "drag over it";
  manifold.content = manifold_.view(context(), version);
  manifold.takes_pointer = true;
  ViewPart& point = add_part("point", "Here", 0, 2.1F, 0.8F);
  point.note = fmt::format("({:+.2f}, {:+.2f})", static_cast<double>(point_.x), static_cast<double>(point_.y));
  point.content = point_picture_.view(context(), version);
  PointsView points;
  points.minimum = -map_reach;
  points.maximum = map_reach;
  points.groups = digit_names();
  points.group = surveyed_.labels;
  for (std::size_t i = 0; i < surveyed_.labels.size(); ++i) {
    points.x.push_back(survey_.plane_codes.values[2 * i]);
    points.y.push_back(survey_.plane_codes.values[2 * i + 1]);
  }
  points.has_marker = true;
  points.marker_x = point_.x;
  points.marker_y = point_.y;
  ViewPart& map = add_part("map", "Where digits lie in it", 0, 2.1F, 1.2F);
  map.note = "means of digits that it has not seen";
  map.content = std::move(points);
  map.takes_pointer = true;
}

void VaeActivity::show_space() {
  const std::uint64_t version = view().pictures.version;
  ViewPart& samples = add_part("samples", "Drawn from 16 random numbers", 1, 0.5F, 1);
  samples.note = "from the 64 clouds that hold all digits";
  samples.content = sample_pictures_.view(context(), version);
  ViewPart& between = add_part("between", "From one digit to another", 1, 0.5F, 1);
  between.note = "straight ahead in the code";
  between.content = between_.view(context(), version);
  between.columns = between_count;
  ViewPart& attribute = add_part("attribute", "Arithmetic with codes", 2, 0.8F, 1.2F);
  attribute.content = attribute_pictures_.view(context(), version);
  attribute.columns = attribute_count;
  const auto chosen = static_cast<std::size_t>(setting("attribute"));
  if (chosen < digit_attribute_names.size()) {
    attribute.note = fmt::format("a digit's code with less and more {} added", digit_attribute_names[chosen]);
    attribute.marked = attribute_count / 2;
  } else {
    attribute.note = "a digit's code, plus the mean of the next digit's codes less the mean of its own";
    attribute.marked = 0;
  }
}

/// What each number tells, in nats, if all clouds together were one normal cloud along it.
std::vector<double> VaeActivity::told() const {
  const std::vector<float> deviations = CodePlane(survey_.space_codes).deviation();
  std::vector<double> nats;
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    const auto between = static_cast<double>(deviations[i]) * static_cast<double>(deviations[i]);
    nats.push_back(0.5 * std::log1p(between / std::exp(survey_.log_variances[i])));
  }
  return nats;
}

void VaeActivity::show_numbers() {
  const std::vector<double> nats = told();
  const double most = std::max(*std::max_element(nats.begin(), nats.end()), 1e-6);
  BarsView rates;
  for (std::size_t i = 0; i < nats.size(); ++i) {
    rates.bars.push_back({"", static_cast<float>(nats[i] / most), false, static_cast<int>(i)});
  }
  ViewPart& bars = add_part("rates", "What each of the 16 numbers tells", 2, 0.8F, 0.6F);
  bars.note = fmt::format("up to {:.1f} nats; KL {:.1f} in all", most, survey_.rate);
  bars.content = std::move(rates);
  CurvesView curves;
  curves.lines = {{"reconstruction, dB", {}}, {"KL, nats", {}}};
  for (std::size_t i = 0; i < trades_.size(); ++i) {
    curves.x.push_back(log_beta_of(static_cast<int>(i)) / std::numbers::ln2_v<float>);
    curves.lines[0].values.push_back(static_cast<float>(psnr_db(trades_[i].squared_error)));
    curves.lines[1].values.push_back(static_cast<float>(trades_[i].rate));
  }
  ViewPart& trade = add_part("trade", "What beta trades", 2, 0.8F, 0.6F);
  trade.note = "over log2 of beta";
  trade.content = std::move(curves);
}

}  // namespace figment::studio
