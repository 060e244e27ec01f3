#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/tokenizer.h"
#include "models/gpt/gpt.h"
#include "runtime/program.h"
#include "sampling/text_chain.h"
#include "studio/request.h"

namespace figment::studio {

/// Writes stories token by token: one recorded program a token, several stories at once. Story r of a batch is the one
/// that is written alone with a seed higher by r.
class TextGenerator {
 public:
  struct Token {
    int id = 0;
    float probability = 1;  ///< under the network alone, before the sampler
    bool is_prompt = false;
    float surprise = 0;  ///< behind the sampler, bits
    float limit = 0;     ///< Mirostat's, when it was chosen
  };
  struct Candidate {
    int id = 0;
    float probability = 0;      ///< before the sampler
    float kept = 0;             ///< after it; 0: removed
    std::vector<float> stages;  ///< after each of stage_names()
  };
  /// What the network looked at when it had read a token: of each place from `first` (an index of tokens(); -1 is the
  /// mark of the beginning) up to that token, [layers * heads, places].
  struct Attention {
    int first = -1;
    int places = 0;
    std::vector<float> values;
    float at(int lane, int place) const { return values[static_cast<std::size_t>(lane * places + place)]; }
  };

  TextGenerator(runtime::Context& context, std::shared_ptr<models::Gpt> network,
                std::shared_ptr<const data::Tokenizer> tokenizer, int batch = 1);
  ~TextGenerator();

  /// The program, to be warmed up so that the first word comes as quickly as later ones.
  runtime::Program* compiled();
  /// Starts a new text. A prompt longer than the context keeps its end; note() says so.
  /// Throws Error if the request makes no sense or the prompt is no UTF-8.
  void begin(const TextRequest& request);
  /// Takes them up from the next token on. Throws Error if a bias names a word that the vocabulary has not.
  void set_request(const TextRequest& request);
  void keep_attention(bool keeps) { keeps_attention_ = keeps; }

  /// Submits the program for the next token (or the next of the prompt) as a whole, and takes in what earlier ones
  /// chose.
  void run_token();
  int advance(double budget_ms);  ///< tokens finished
  bool is_finished() const { return finished_; }
  bool is_reading() const;  ///< has more than the last token to read
  void collect();           ///< waits for the token in flight and takes it in

  /// Goes back to the first `count` tokens, at least 1, to write on from there: cheap, since the cache keeps what was
  /// read. candidates() are then those among which the last of them was chosen. Of a single story only.
  void go_back(std::size_t count);
  /// Puts another token in the place of the last one; `probability` is what the network gave it.
  void replace_last(int id, float probability);

  int batch() const { return static_cast<int>(rows_.size()); }
  const std::vector<Token>& tokens(int row = 0) const { return rows_[static_cast<std::size_t>(row)].tokens; }
  std::vector<Candidate> candidates(int count);  ///< the likeliest next tokens, of the last finished run
  std::vector<std::string> stage_names() const;  ///< of the sampler in that run, in order
  std::string text(int row = 0) const;           ///< all of it, prompt included
  std::string piece(int id) const;               ///< as it stands in the text
  const std::string& note() const { return note_; }
  /// Of the first story; one for the mark of the beginning and each token that was read, empty where it was not kept.
  const std::vector<Attention>& attention() const { return attention_; }
  const models::GptConfig& config() const { return network_->config(); }
  std::vector<const runtime::Program*> programs() const;

 private:
  struct Decode;
  struct Row {
    std::vector<Token> tokens;
    bool finished = false;
    std::size_t prompt_bytes = 0;  ///< of the text; what stops a story must come behind
  };
  int length() const { return length_; }
  int next_index() const { return first_ + position_; }  ///< of the token that is fed next; -1: the mark
  void submit_next();
  void slide();
  void drop_in_flight();
  void feed_from(int index);
  void take_choice(Row& row, int id, const float* facts);
  void take_attention();
  bool says_stop(const Row& row) const;
  static bool ends_story(int id);

  std::shared_ptr<models::Gpt> network_;
  std::shared_ptr<const data::Tokenizer> tokenizer_;
  TextRequest request_;
  sampling::TextTokens tokens_of_options_;
  ops::ChainSettings settings_;  ///< of the run in flight or the last one
  std::unique_ptr<Decode> decode_;
  std::vector<Row> rows_;
  std::vector<Attention> attention_;
  int length_ = 0;    ///< tokens of every row that goes on
  int position_ = 0;  ///< place in the cache of the next token
  int first_ = -1;    ///< index of what lies at place 0; -1: the mark of the beginning
  bool in_flight_ = false;
  bool finished_ = false;
  bool keeps_attention_ = false;
  std::string note_;
};

/// The tokens behind the options: words with a bias (each with and without a blank before it), and the marks that end
/// what DRY takes for a phrase. Throws Error if a word is not one token of the vocabulary.
sampling::TextTokens text_tokens(const TextRequest& request, const data::Tokenizer& tokenizer);

/// The vocabulary that weights of the GPT go with (default: those that it runs with): the stories', or that of a text
/// file that they were trained on.
std::shared_ptr<const data::Tokenizer> load_story_tokenizer(const std::filesystem::path& weights = {});
/// The network with the weights of a file (default: the shipped ones).
std::shared_ptr<models::Gpt> load_story_network(const data::Tokenizer& tokenizer,
                                                const std::filesystem::path& weights = {});

}  // namespace figment::studio
