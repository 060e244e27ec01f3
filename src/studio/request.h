#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sampling/text_options.h"

/// Requests: plain structs that panels, the command line and picture metadata edit and fill. The latest
/// request wins.
namespace figment::studio {

/// What to paint.
struct PictureRequest {
  std::string sampler = "dpmpp_2m";
  std::string schedule = "karras";
  int steps = 25;         ///< 1..200
  float guidance = 1.6F;  ///< 1 is off; 0..10
  std::uint64_t seed = 7319;
  int time_of_day = -1;  ///< data::TimeOfDay; -1: each picture draws its own
  int terrain = -1;      ///< data::Terrain; -1: each picture draws its own
  int count = 8;         ///< pictures at once, 1..64
  float eta = -1;        ///< fresh noise of the samplers that take it, 0..1; -1: the sampler's own
  bool operator==(const PictureRequest&) const = default;
};

/// What to write.
struct TextRequest {
  std::string prompt = "Once upon a time";
  sampling::TextOptions options;
  float tokens_per_second = 20;  ///< reading speed; 0: as fast as it goes
  int tokens_max = 220;          ///< a story that has not ended by then is cut
  std::string bias;              ///< "frog=5, sun=-100": what is added to the logits of words
  std::string stop;              ///< "The end|bye": a story ends as soon as it has said one of these
  bool operator==(const TextRequest&) const = default;
};

struct WordBias {
  std::string word;
  float value = 0;  ///< -100 to 100
};
/// TextRequest::bias and stop, taken apart. Throws Error with one sentence that says how to write them.
std::vector<WordBias> parse_biases(const std::string& text);
std::vector<std::string> parse_stops(const std::string& text);

struct Request {
  PictureRequest picture;
  TextRequest text;
  std::map<std::string, double> numbers;     ///< what studio::Control names: "vae.beta"
  std::map<std::string, std::string> texts;  ///< likewise: "latent_diffusion.prompt"
  bool operator==(const Request&) const = default;
};

/// The request as JSON, as captures carry it, and back. from_json throws Error with one sentence for
/// anything that is not a request or out of range; fields that are missing keep their defaults.
std::string to_json(const Request& request);
Request request_from_json(const std::string& text);

/// Throws Error with one sentence that says what to change if a field makes no sense.
void check(const PictureRequest& request);
void check(const TextRequest& request);

}  // namespace figment::studio
