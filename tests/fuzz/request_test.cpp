// Requests: as JSON, which captures and scripts carry, and as a command line gives them.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands/commands.h"
#include "app/commands/request_options.h"
#include "app/window_command.h"
#include "core/error.h"
#include "fuzz/fuzz.h"
#include "studio/family.h"
#include "studio/text_generator.h"

namespace figment::fuzz {
namespace {

/// Every field has a value, every control of every family too.
studio::Request full_request() {
  studio::Request request;
  request.text.bias = "frog=5, sun=-100";
  request.text.stop = "The end|bye";
  for (const studio::Family& family : studio::families()) {
    for (const studio::Control& control : family.controls) {
      const std::string key = family.name + "." + control.name;
      if (control.kind == studio::Control::Kind::text) {
        request.texts[key] = control.initial_text;
      } else {
        request.numbers[key] = control.initial;
      }
    }
  }
  return request;
}

/// What is behind the reading: each family checks what is its own.
void use(const studio::Request& request, Random& random) {
  EXPECT_EQ(studio::request_from_json(studio::to_json(request)), request);
  static const data::Tokenizer tokenizer = data::Tokenizer::for_stories();
  studio::parse_stops(request.text.stop);
  studio::text_tokens(request.text, tokenizer);
  studio::check(request, pick(studio::families(), random));
}

TEST(FuzzRequests, AreReadOrRefused) {
  const auto whole = nlohmann::json::parse(studio::to_json(full_request()));
  nlohmann::json small = whole;
  small["numbers"] = {{"vae.beta", 1}};
  small["texts"] = nlohmann::json::object();
  run_cases("requests", 0.2, [&](Random& random) {
    use(studio::request_from_json(mutated_json_text(random.chance(0.3F) ? whole : small, random)), random);
  });
}

std::string any_setting(const studio::Family& family, Random& random) {
  if (family.controls.empty() || random.chance(0.1F)) return any_text(random);
  const studio::Control& control = pick(family.controls, random);
  const bool is_choice = !control.choices.empty() && random.chance(0.5F);
  const std::string value = is_choice             ? pick(control.choices, random)
                            : random.chance(0.5F) ? any_number(random)
                                                  : any_text(random);
  return control.name + (random.chance(0.9F) ? "=" : "") + value;
}

/// A value that the option may take, or may not.
std::string any_value(const std::string& option, Random& random) {
  static const std::vector<std::string> known = {"heun",
                                                 "karras",
                                                 "time=sunset",
                                                 "terrain=lake",
                                                 "time=",
                                                 "time",
                                                 "=",
                                                 "any",
                                                 "frog=5,sun=-100",
                                                 "frog=",
                                                 "=5",
                                                 "frog=nan",
                                                 "a=1e9",
                                                 "The end|bye",
                                                 "|||",
                                                 "xtc,min_p",
                                                 "xtc,xtc",
                                                 ",,",
                                                 "top_k",
                                                 "1280x720",
                                                 "0x0",
                                                 "99999999999x1",
                                                 "x",
                                                 "gpt",
                                                 "diffusion",
                                                 "llvmpipe",
                                                 "7"};
  if (option == "--class" && random.chance(0.5F))
    return (random.chance(0.5F) ? "time=" : "terrain=") + any_text(random);
  if (option == "--bias" && random.chance(0.5F)) return any_text(random) + "=" + any_number(random);
  switch (random.below(3)) {
    case 0:
      return any_number(random);
    case 1:
      return any_text(random);
    default:
      return pick(known, random);
  }
}

/// Parses a command line as main() does, without running the command. True if it was taken.
bool parse(CLI::App& app, std::vector<std::string> words) {
  std::reverse(words.begin(), words.end());  // as CLI11 wants it
  try {
    app.parse(std::move(words));
    return true;
  } catch (const CLI::Error& error) {
    EXPECT_STRNE(error.what(), "");
    return false;
  }
}

std::vector<std::string> any_command_line(const std::vector<std::string>& options, Random& random) {
  std::vector<std::string> words;
  if (options.empty()) return {any_text(random)};
  for (std::uint32_t i = random.below(6); i > 0; --i) {
    const std::string option = random.chance(0.95F) ? pick(options, random) : any_text(random);
    if (random.chance(0.8F)) words.push_back(option);
    if (random.chance(0.8F)) words.push_back(any_value(option, random));
    if (random.chance(0.1F)) words.push_back(option + "=" + any_value(option, random));
  }
  return words;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    if (name.starts_with("--") && name != "--help") names.push_back(name);
  }
  return names;
}

/// The options of a request alone, and what becomes of them.
void request_line(Random& random) {
  CLI::App app;
  app::RequestOptions options;
  app::add_request_options(app, options);
  if (!parse(app, any_command_line(option_names(app), random))) return;
  studio::Request request = options.request();
  const studio::Family& family = pick(studio::families(), random);
  for (std::uint32_t i = random.below(3); i > 0; --i)
    studio::take_setting(request, family, any_setting(family, random));
  studio::check(request.picture);
  studio::check(request.text);
  use(request, random);
}

/// The whole command line.
void whole_line(Random& random) {
  CLI::App app;
  app.require_subcommand(0, 1);
  app::CommonOptions common;
  app::Run run;
  for (const auto add : {app::add_window, app::add_film, app::add_generate, app::add_train, app::add_eval,
                         app::add_bench, app::add_data, app::add_list}) {
    add(app, common, run);
  }
  const std::vector<CLI::App*> commands = app.get_subcommands([](CLI::App*) { return true; });
  const CLI::App* command = random.chance(0.2F) ? &app : pick(commands, random);
  std::vector<std::string> words = any_command_line(option_names(*command), random);
  if (command != &app) words.insert(words.begin(), {command->get_name(), any_value("", random)});
  parse(app, std::move(words));
}

TEST(FuzzOptions, AreTakenOrRefused) {
  run_cases("options", 0.1, [](Random& random) {
    switch (random.below(6)) {
      case 0: {
        int width = 0;
        int height = 0;
        app::parse_size(any_value("", random), width, height);
        break;
      }
      case 1:
        studio::family_named(any_text(random), random.chance(0.5F));
        break;
      case 2:
        whole_line(random);
        break;
      case 3: {
        const studio::Family& family = pick(studio::families(), random);
        studio::Request request;
        studio::take_setting(request, family, any_setting(family, random));
        use(request, random);
        break;
      }
      default:
        request_line(random);
    }
  });
}

}  // namespace
}  // namespace figment::fuzz
