#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/tokenizer.h"
#include "models/gpt/gpt.h"
#include "runtime/program.h"
#include "studio/request.h"

namespace figment::studio {

/// Writes stories token by token: one recorded program a token, whose choice stays on the device.
class TextGenerator {
 public:
  struct Token {
    int id = 0;
    float probability = 1;  ///< under the network alone, before the filters
    bool is_prompt = false;
  };
  struct Candidate {
    int id = 0;
    float probability = 0;  ///< before the filters
    float kept = 0;         ///< after them; 0: removed
  };

  TextGenerator(runtime::Context& context, std::shared_ptr<models::Gpt> network,
                std::shared_ptr<const data::Tokenizer> tokenizer);
  ~TextGenerator();

  /// The program, to be warmed up so that the first word comes as quickly as later ones.
  runtime::Program* compiled();
  /// Starts a new text. A prompt longer than the context keeps its end; note() says so.
  /// Throws Error if the request makes no sense or the prompt is no UTF-8.
  void begin(const TextRequest& request);
  void set_options(const sampling::TextOptions& options) { options_ = options; }

  /// Submits the program for the next token (or the next of the prompt) as a whole, and takes in what earlier ones
  /// chose.
  void run_token();
  int advance(double budget_ms);  ///< tokens finished
  bool is_finished() const { return finished_; }
  bool is_reading() const { return pending_.size() > 1; }  ///< has more than the last token to read
  void collect();                                          ///< waits for the token in flight and takes it in

  /// Goes back to the first `count` tokens, at least 1, to write on from there: cheap, since the cache keeps what was
  /// read. candidates() are then those among which the last of them was chosen.
  void go_back(std::size_t count);
  /// Puts another token in the place of the last one; `probability` is what the network gave it.
  void replace_last(int id, float probability);

  const std::vector<Token>& tokens() const { return tokens_; }
  std::vector<Candidate> candidates(int count);  ///< the likeliest next tokens, of the last finished run
  std::string text() const;                      ///< all of it, prompt included
  std::string piece(int id) const;               ///< as it stands in the text
  const std::string& note() const { return note_; }
  std::vector<const runtime::Program*> programs() const;

 private:
  struct Decode;
  void submit_next();
  void slide();
  void drop_in_flight();
  void feed_from(int index);
  static bool ends_story(int id);

  std::shared_ptr<models::Gpt> network_;
  std::shared_ptr<const data::Tokenizer> tokenizer_;
  sampling::TextOptions options_;
  TextRequest request_;
  std::unique_ptr<Decode> decode_;
  std::vector<Token> tokens_;
  std::vector<int> pending_;  ///< tokens still to be fed (prompt, or after the window slid)
  int position_ = 0;          ///< place in the cache of the next token
  int first_ = -1;            ///< index in tokens_ of what lies at place 0; -1: the mark of the beginning
  bool in_flight_ = false;
  bool finished_ = false;
  std::string note_;
};

/// The network and tokenizer with the weights of a file (default: the shipped ones).
std::shared_ptr<models::Gpt> load_story_network(const data::Tokenizer& tokenizer,
                                                const std::filesystem::path& weights = {});

}  // namespace figment::studio
