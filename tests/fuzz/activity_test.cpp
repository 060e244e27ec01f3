// Activities with requests that make no sense.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "fuzz/fuzz.h"
#include "runtime/test_device.h"
#include "studio/family.h"
#include "studio/repeating_activity.h"

namespace figment::fuzz {
namespace {

class FuzzActivities : public runtime::DeviceTest {};

/// Few: each case is a few steps of a model.
TEST_F(FuzzActivities, GoOnOrSayWhatIsWrong) {
  const std::vector<std::string> names = {"lstm", "translator"};
  std::vector<std::unique_ptr<studio::Activity>> activities;
  for (const std::string& name : names) {
    activities.push_back(studio::family_named(name).make(context(), studio::Request{}));
    studio::finish_loading(*activities.back());
  }
  run_cases("activities", 0.005, [&](Random& random) {
    const std::size_t at = random.below(static_cast<std::uint32_t>(names.size()));
    studio::Request request;
    for (const studio::Control& control : studio::family_named(names[at]).controls) {
      const std::string key = names[at] + "." + control.name;
      if (control.kind == studio::Control::Kind::text) {
        request.texts[key] = any_text(random);
      } else if (random.chance(0.5F)) {
        const float value = random.uniform(static_cast<float>(control.minimum), static_cast<float>(control.maximum));
        request.numbers[key] =
            random.chance(0.5F) ? static_cast<double>(value) : std::strtod(any_number(random).c_str(), nullptr);
      }
    }
    request.text.prompt = any_text(random);
    activities[at]->set_request(request);
    for (int i = 0; i < 3; ++i) activities[at]->single_step();
    if (const std::string& error = activities[at]->view().error; !error.empty()) expect_sentence(error);
  });
}

}  // namespace
}  // namespace figment::fuzz
