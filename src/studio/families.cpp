#include "core/error.h"
#include "studio/diffusion_activity.h"
#include "studio/gpt_activity.h"

namespace figment::studio {
namespace {

template <typename Kind>
std::unique_ptr<Activity> make(runtime::Context& context, const Request& request) {
  return std::make_unique<Kind>(context, request);
}

}  // namespace

const std::vector<Family>& families() {
  static const std::vector<Family> list = {
      {"diffusion", "Diffusion", true, "paints landscapes out of noise, step by step", make<DiffusionActivity>},
      {"gpt", "GPT", false, "writes stories, word by word", make<GptActivity>},
  };
  return list;
}

const Family& family_named(const std::string& name) {
  std::string known;
  for (const Family& family : families()) {
    if (family.name == name) return family;
    known += (known.empty() ? "" : ", ") + family.name;
  }
  core::fail("there is no model named {}; choose one of {}", name, known);
}

}  // namespace figment::studio
