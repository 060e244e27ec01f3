#include "training/lstm_task.h"

#include "data/stories.h"
#include "data/token_stream.h"

namespace figment::training {

namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights

models::LstmConfig config_of(const std::string& preset) {
  return is_large(preset, "lstm") ? models::LstmConfig::large(data::character_count)
                                  : models::LstmConfig{.vocabulary = data::character_count};
}

/// What a network is given of a text: the inputs `text`.tokens, .targets and .keep.
struct Rows {
  nn::Tensor tokens;
  nn::Tensor targets;
  nn::Tensor keep;
};

Rows rows_of(nn::Graph& graph, const std::string& text, std::int64_t length, std::int64_t batch) {
  return {graph.input(text + ".tokens", {{length, batch}, tensor::DType::i32}),
          graph.input(text + ".targets", {{length * batch}, tensor::DType::i32}),
          graph.input(text + ".keep", {{batch, 1}, tensor::DType::f32})};
}

nn::Tensor loss_of(nn::Graph& graph, const models::CharacterNet& network, const Rows& rows) {
  const models::CharacterMemory memory(network.config(), rows.tokens.dim(1));
  const models::CharacterNet::Output output = network(rows.tokens, memory.read(graph, rows.keep));
  memory.write(output.state);
  return ops::mean(ops::cross_entropy(output.logits, rows.targets), {});
}

void write_rows(runtime::Program& program, data::CharacterStream& stream, const std::string& text, std::int64_t length,
                std::int64_t batch, core::Random& random) {
  const auto count = static_cast<std::size_t>(length * batch);
  std::vector<std::int32_t> tokens(count), targets(count);
  std::vector<float> keep(static_cast<std::size_t>(batch));
  stream.next(random, batch, length, tokens, targets, keep);
  program.write_ints(text + ".tokens", tokens);
  program.write_ints(text + ".targets", targets);
  program.write(text + ".keep", keep);
}

}  // namespace

LstmTask::LstmTask(const std::string& preset)
    : NetworkTask(config_of(preset), initial_seed),
      stories_(data::CharacterStream::stories()),
      names_(data::CharacterStream::names()),
      preset_(preset) {}

std::string LstmTask::data_version() const {
  return std::string(data::stories_version) + " and " + std::string(data::names_version);
}

TrainSettings LstmTask::defaults() const {
  TrainSettings settings;
  settings.batch = 16;
  settings.learning_rate = 4e-3F;
  settings.beta2 = 0.98F;
  settings.weight_decay = 0.001F;
  settings.minutes = 18;
  return settings;
}

Objective LstmTask::objective(nn::Graph& graph, std::int64_t batch) {
  const Rows stories = rows_of(graph, "stories", story_length, batch);
  const Rows names = rows_of(graph, "names", name_length, name_rows(batch));
  const models::Lstm& nets = network();
  return Objective({Loss{loss_of(graph, nets.stories, stories), "stories."},
                    Loss{loss_of(graph, nets.names_lstm, names), "names_lstm."},
                    Loss{loss_of(graph, nets.names_gru, names), "names_gru."},
                    Loss{loss_of(graph, nets.names_rnn, names), "names_rnn."}});
}

void LstmTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  write_rows(program, stories_, "stories", story_length, batch, random);
  write_rows(program, names_, "names", name_length, name_rows(batch), random);
}

void LstmTask::write_held_out(runtime::Program& program, std::int64_t batch, core::Random& random) {
  data::CharacterStream stories = data::CharacterStream::stories();
  data::CharacterStream names([](core::Random& from) {
    data::Name name = data::make_name(from);
    while (data::training_name_set().contains(name.text)) name = data::make_name(from);
    return data::name_mark(name.kind) + name.text;
  });
  write_rows(program, stories, "stories", story_length, batch, random);
  write_rows(program, names, "names", name_length, name_rows(batch), random);
  // Each time from the beginning, whatever is remembered of the time before.
  program.write("stories.keep", std::vector<float>(static_cast<std::size_t>(batch)));
  program.write("names.keep", std::vector<float>(static_cast<std::size_t>(name_rows(batch))));
}

Preview LstmTask::preview(nn::Graph& graph) {
  constexpr std::array<std::int64_t, 4> lengths = {17, 40, 75, 118};  // of the texts, in characters
  constexpr std::int64_t count = 4;
  constexpr std::int64_t shown = 6;
  core::Random random = data::held_out_random(1);
  data::CharacterStream stream = data::CharacterStream::stories();
  std::vector<std::int32_t> tokens(static_cast<std::size_t>(story_length * count)), targets(tokens.size());
  std::vector<float> keep(static_cast<std::size_t>(count));
  stream.next(random, count, story_length, tokens, targets, keep);
  const nn::Tensor rows =
      graph.constant({story_length, count}, std::vector<float>(tokens.begin(), tokens.end()), tensor::DType::i32);
  const models::CharacterNet& network = averaged_network().stories;
  const nn::Tensor logits = network(rows, network.zero_state(graph, count)).logits;
  Preview preview;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t length = lengths[static_cast<std::size_t>(i)];
    const std::int64_t last = (length - 1) * count + i;
    const auto likeliest = ops::top_k(ops::softmax(ops::slice(logits, 0, last, last + 1)), shown);
    std::string text;
    for (std::int64_t t = 1; t < length; ++t) {  // the first is the line end before the story
      text += data::character_of(tokens[static_cast<std::size_t>(t * count + i)]);
    }
    preview.guesses.push_back({text, likeliest[0], likeliest[1]});
  }
  return preview;
}

Writing LstmTask::writing(nn::Graph& graph) {
  const nn::Tensor rows = graph.input("written", {{story_length, 1}, tensor::DType::i32});
  const models::CharacterNet& network = averaged_network().stories;
  Writing writing;
  writing.begun = {data::line_end};
  writing.logits = network(rows, network.zero_state(graph, 1)).logits;
  writing.end = data::line_end;
  writing.temperature = 0.6F;
  return writing;
}

std::string LstmTask::word(std::int32_t token) const {
  return token == data::line_end ? "(end)" : std::string(1, data::character_of(token));
}

}  // namespace figment::training
