#include "app/commands/request_options.h"

#include "core/error.h"
#include "core/quote.h"
#include "data/landscape.h"
#include "sampling/text_options.h"

namespace figment::app {
namespace {

void take_class(const std::string& text, studio::PictureRequest& request) {
  const auto equals = text.find('=');
  core::require(equals != std::string::npos,
                "--class {} has no value; write --class time=sunset or --class terrain=lake", core::quotable(text));
  const std::string key = text.substr(0, equals);
  const std::string value = text.substr(equals + 1);
  if (key == "time") {
    request.time_of_day = value == "any" ? -1 : static_cast<int>(data::parse_time_of_day(value));
  } else if (key == "terrain") {
    request.terrain = value == "any" ? -1 : static_cast<int>(data::parse_terrain(value));
  } else {
    core::fail("there is no attribute {}; choose time or terrain", core::quotable(key));
  }
}

void add_picture_options(CLI::App& command, RequestOptions& options) {
  studio::PictureRequest& picture = options.given.picture;
  command.add_option("--class", options.classes, "Attribute, such as time=sunset or terrain=lake (repeatable)");
  command.add_option("--sampler", picture.sampler, "Sampler (see figment list)")->capture_default_str();
  command.add_option("--schedule", picture.schedule, "Schedule (see figment list)")->capture_default_str();
  command.add_option("--steps", picture.steps, "Steps, 1 to 200")->capture_default_str();
  command.add_option("--guidance", picture.guidance, "Classifier-free guidance, 1 is off")->capture_default_str();
  command.add_option("--eta", picture.eta, "Fresh noise of samplers that take it, 0 to 1");
}

void add_text_options(CLI::App& command, RequestOptions& options) {
  studio::TextRequest& text = options.given.text;
  command.add_option("--prompt", text.prompt, "Beginning of the text")->capture_default_str();
  command.add_option("--tokens", text.tokens_max, "Longest story")->capture_default_str();
  command.add_option("--bias", text.bias, "Words to favour or to forbid: \"frog=5, sun=-100\"");
  command.add_option("--stop", text.stop, "Ends a text as soon as it has said one of these: \"The end|bye\"");
  command.add_flag("--greedy", text.options.greedy, "Always the likeliest word");
  command.add_option_function<std::string>(
      "--order",
      [&text](const std::string& names) {
        try {
          text.options.order = sampling::parse_text_order(names);
        } catch (const core::Error& error) {
          throw CLI::ValidationError("--order", error.what());
        }
      },
      "Sampler stages that come first, in this order: " + sampling::text_order_names(sampling::default_text_order()));
  for (const sampling::TextOptionInfo& info : sampling::text_options()) {
    std::string flag = "--" + std::string(info.name);
    for (char& character : flag) character = character == '_' ? '-' : character;
    command.add_option_function<double>(
        flag, [&text, &info](double value) { info.set(text.options, value); }, std::string(info.tooltip));
  }
}

}  // namespace

studio::Request RequestOptions::request() const {
  studio::Request request = given;
  for (const std::string& text : classes) take_class(text, request.picture);
  request.picture.seed = seed;
  request.text.options.seed = seed;
  return request;
}

void add_request_options(CLI::App& command, RequestOptions& options) {
  command.add_option("--seed", options.seed, "Same seed, settings and device: same result")->capture_default_str();
  add_picture_options(command, options);
  add_text_options(command, options);
}

}  // namespace figment::app
