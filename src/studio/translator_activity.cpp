#include "studio/translator_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "data/bilingual/inflection.h"
#include "studio/family.h"
#include "training/translator_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using Look = WordsView::Look;

constexpr double rest_seconds = 6.0;  // how long a finished translation stays
constexpr std::string_view family_name = "translator";
constexpr std::size_t first_word_place = 1;  // in the source: before it is the language

const Family& family() { return family_named(std::string(family_name)); }

std::vector<std::string> split_words(const std::string& text) { return data::bilingual::split(text, ' '); }

}  // namespace

std::shared_ptr<models::EncoderDecoder> load_translator(const data::BilingualWords& words,
                                                        const std::filesystem::path& weights) {
  const std::filesystem::path path = weights.empty() ? training::shipped_weights(std::string(family_name)) : weights;
  const auto config = training::translator_config(training::preset_of(path), words.size());
  auto network = std::make_shared<models::EncoderDecoder>(config, 1);
  training::load_weights(path, network->parameters());
  return network;
}

TranslatorActivity::TranslatorActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "words/s", rest_seconds) {
  view().title = "Translator";
  view().subtitle = "English to French or Spanish";
  view().sentence =
      "One network reads the whole English sentence; another writes the translation word by word and looks back at the "
      "English words that each one needs.";
  loading().read("Reading the weights", [this] {
    words_ = std::make_shared<const data::BilingualWords>();
    network_ = load_translator(*words_);
  });
  loading().run("Laying out the beam search", [this] {
    view().subtitle =
        fmt::format("English to French or Spanish, {:.1f} M weights, {} words",
                    static_cast<double>(network_->parameters().count()) * 1e-6, words_->size() - words_->first_word);
    beam_ = std::make_unique<SequenceWriter>(this->context(), network_, SequenceWriter::Options{.beams = beam_width});
  });
  loading().run("Laying out the greedy search", [this] {
    greedy_ = std::make_unique<SequenceWriter>(this->context(), network_, SequenceWriter::Options{});
  });
  loading().warm([this] {
    std::vector<runtime::Program*> all = beam_->compiled();
    for (runtime::Program* program : greedy_->compiled()) all.push_back(program);
    return all;
  });
}

data::Language TranslatorActivity::language() const {
  return number(request(), family(), "language") < 0.5 ? data::Language::french : data::Language::spanish;
}

bool TranslatorActivity::is_greedy() const { return number(request(), family(), "search") > 0.5; }

void TranslatorActivity::draw_examples() {
  core::Random random(request().picture.seed + 1000 * (round() + 1), 17);
  for (std::string& example : examples_) {
    do {
      example = data::make_unseen_sentence(random, data::Pairs::any).english;
    } while (split_words(example).size() < 6);
  }
}

std::string TranslatorActivity::next_sentence() {
  if (!chosen_.empty()) return chosen_;
  const bool wanders = number(request(), family(), "examples") > 0.5;
  const std::string typed = text(request(), family(), "sentence");
  const bool is_blank = typed.find_first_not_of(" \t") == std::string::npos;
  return is_blank || (wanders && round() > 0) ? examples_[0] : data::read_english(typed);
}

void TranslatorActivity::begin() {
  draw_examples();
  english_ = next_sentence();
  chosen_.clear();
  // What is translated need not be offered again.
  if (english_ == examples_[0]) std::rotate(examples_.begin(), examples_.begin() + 1, examples_.end());
  const std::vector<std::int32_t> source = words_->source(language(), english_);
  beam_->begin({source});
  greedy_->begin({source});
  looked_at_ = -1;
  owed_ = 0;
  last_ = core::Clock::now();
}

RepeatingActivity::Taken TranslatorActivity::take_request(const Request& before) {
  check(request(), family());
  const auto changed = [&](const std::string& name) {
    return number(request(), family(), name) != number(before, family(), name);
  };
  const std::string typed = text(request(), family(), "sentence");
  if (typed != text(before, family(), "sentence") || request().picture.seed != before.picture.seed) {
    if (typed.find_first_not_of(" \t") != std::string::npos) data::read_english(typed);  // throws what is wrong with it
    chosen_.clear();
    return Taken::start_over;
  }
  if (changed("language")) {
    chosen_ = english_;
    return Taken::begin_again;
  }
  const bool shows_other = changed("search") || changed("attention");
  return shows_other || changed("examples") || changed("speed") ? Taken::on_the_way : Taken::nothing;
}

int TranslatorActivity::step(double budget_ms) {
  const core::Clock::time_point now = core::Clock::now();
  const double speed = number(request(), family(), "speed");
  owed_ = speed > 0 ? std::min(2.0, owed_ + std::chrono::duration<double>(now - last_).count() * speed) : 1.0;
  last_ = now;
  if (owed_ < 1.0) return 0;
  // Both searches write their next word, then it is the time of the one after.
  const bool is_greedy_behind = !greedy_->is_finished() && (beam_->is_finished() || greedy_->steps() < beam_->steps());
  SequenceWriter& writer = is_greedy_behind ? *greedy_ : *beam_;
  const int words = writer.advance(budget_ms);
  const bool are_level =
      is_complete() || beam_->is_finished() || greedy_->is_finished() || greedy_->steps() >= beam_->steps();
  if (words > 0 && are_level) owed_ -= 1;
  return words;
}

int TranslatorActivity::step_once() {
  beam_->run_token();
  greedy_->run_token();
  return 1;
}

void TranslatorActivity::take_pointer(const PointerEvent& event) {
  if (event.phase != PointerEvent::Phase::press || event.item < 0) return;
  if (event.part == "translation") {
    looked_at_ = event.item == looked_at_ ? -1 : event.item;
  } else if (event.part == "alignment") {
    const int columns = static_cast<int>(beam_->sources().front().size());
    looked_at_ = event.item / std::max(columns, 1);
  } else if (event.part == "examples" && static_cast<std::size_t>(event.item) < examples_.size()) {
    chosen_ = examples_[static_cast<std::size_t>(event.item)];
    resume();
    begin_anew();
  }
}

TranslatorActivity::Written TranslatorActivity::read(const SequenceWriter& writer) const {
  Written written;
  if (writer.sources().empty()) return written;  // it has not begun, for its sentence made no sense
  written.words = writer.words();
  std::vector<std::string> words;
  for (const SequenceWriter::Word& word : written.words) words.push_back(words_->text(word.token));
  written.shown = data::written_words(words, false);
  const auto layers = static_cast<int>(number(request(), family(), "attention"));  // 0: all
  const models::EncoderDecoderConfig& config = network_->config();
  const std::size_t places = writer.sources().front().size();
  const std::vector<int> path = writer.history().path(0);
  for (std::size_t i = 0; i < path.size(); ++i) {
    std::vector<float> seen = written.words[i].seen;
    if (layers > 0 && layers <= config.layers) {
      std::fill(seen.begin(), seen.end(), 0.0F);
      for (std::int64_t head = 0; head < config.heads; ++head) {
        const std::vector<float> one = writer.seen(path[i], layers - 1, head);
        for (std::size_t k = 0; k < seen.size(); ++k) seen[k] += one[k] / static_cast<float>(config.heads);
      }
    }
    seen.resize(places);
    written.seen.push_back(std::move(seen));
  }
  return written;
}

std::vector<const runtime::Program*> TranslatorActivity::programs() const {
  std::vector<const runtime::Program*> all;
  for (const SequenceWriter* writer : {beam_.get(), greedy_.get()}) {
    if (writer == nullptr) continue;
    for (const runtime::Program* program : writer->programs()) all.push_back(program);
  }
  return all;
}

WordsView TranslatorActivity::source_words(const Written& written) const {
  WordsView view;
  view.speaker = "English";
  view.size = 1.5F;
  const std::vector<std::string> words = split_words(english_);
  const std::vector<std::string> shown = data::written_words(words, true);
  const int last = static_cast<int>(written.seen.size()) - 1;
  const int word = looked_at_ >= 0 ? std::min(looked_at_, last) : last;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const float weight = word >= 0 ? written.seen[static_cast<std::size_t>(word)][i + first_word_place] : 0.0F;
    view.words.push_back({shown[i], weight, Look::plain, false});
  }
  return view;
}

WordsView TranslatorActivity::target_words(const Written& written) const {
  WordsView view;
  view.speaker = language() == data::Language::french ? "French" : "Spanish";
  view.size = 1.5F;
  const int last = static_cast<int>(written.shown.size()) - 1;
  for (int i = 0; i <= last; ++i) {
    const bool is_looked_at = i == looked_at_ || (looked_at_ < 0 && i == last && !is_complete());
    const Look look = i == last && !is_complete() ? Look::fresh : Look::plain;
    view.words.push_back({written.shown[static_cast<std::size_t>(i)], 0, look, is_looked_at});
  }
  if (view.words.empty()) view.words.push_back({"...", 0, Look::dim, false});
  return view;
}

WordsView TranslatorActivity::other_words(const Written& written) const {
  const Written other = read(is_greedy() ? *beam_ : *greedy_);
  WordsView view;
  view.size = 0.9F;
  view.speaker = is_greedy() ? "by a beam of four" : "by the greedy search";
  for (std::size_t i = 0; i < other.shown.size(); ++i) {
    const bool differs = i >= written.words.size() || written.words[i].token != other.words[i].token;
    view.words.push_back({other.shown[i], 0, differs ? Look::wrong : Look::given, false});
  }
  return view;
}

WordsView TranslatorActivity::example_words() const {
  WordsView view;
  view.size = 0.9F;
  for (std::size_t i = 0; i < examples_.size(); ++i) {
    const bool is_last = i + 1 == examples_.size();
    view.words.push_back({data::written(examples_[i], true) + (is_last ? "" : "\n"), 0, Look::given, false});
  }
  return view;
}

std::vector<std::string> TranslatorActivity::source_labels() const {
  std::vector<std::string> labels = {language() == data::Language::french ? "fr" : "es"};  // the first source token
  for (std::string& word : split_words(english_)) labels.push_back(std::move(word));
  return labels;
}

HeatMapView TranslatorActivity::alignment(const Written& written) const {
  HeatMapView map;
  map.column_labels = source_labels();
  map.columns = static_cast<int>(map.column_labels.size());
  map.rows = static_cast<int>(written.seen.size());
  for (int row = 0; row < map.rows; ++row) {
    const auto at = static_cast<std::size_t>(row);
    map.values.insert(map.values.end(), written.seen[at].begin(), written.seen[at].end());
    map.row_labels.push_back(words_->text(written.words[at].token));
  }
  return map;
}

namespace {

/// The nodes of what the first `count` beams hold.
std::set<int> ancestors(const SequenceWriter& writer, std::int64_t count) {
  std::set<int> all;
  const auto& nodes = writer.history().nodes();
  if (nodes.empty()) return all;
  const auto last = static_cast<std::int64_t>(nodes.size()) - writer.options().beams;
  for (std::int64_t beam = 0; beam < count; ++beam) {
    for (int node = static_cast<int>(last + beam); node >= 0; node = nodes[static_cast<std::size_t>(node)].parent)
      all.insert(node);
  }
  return all;
}

}  // namespace

TreeView TranslatorActivity::tree() const {
  const sampling::BeamHistory& history = shown_writer().history();
  const auto& nodes = history.nodes();
  TreeView tree;
  tree.nodes.push_back({-1, language() == data::Language::french ? "French" : "Spanish", 0, true, true});
  const std::set<int> alive = ancestors(shown_writer(), shown_writer().options().beams);
  const std::set<int> chosen = ancestors(shown_writer(), 1);
  std::vector<int> index(nodes.size(), -1);  // in the tree
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const int parent = nodes[i].parent;
    const bool is_padding = nodes[i].is_end && parent >= 0 && nodes[static_cast<std::size_t>(parent)].is_end;
    if (is_padding) {
      index[i] = index[static_cast<std::size_t>(parent)];
      continue;
    }
    index[i] = static_cast<int>(tree.nodes.size());
    const int above = parent < 0 ? 0 : index[static_cast<std::size_t>(parent)];
    const int node = static_cast<int>(i);
    tree.nodes.push_back({above, nodes[i].is_end ? "end" : words_->text(nodes[i].token), nodes[i].probability,
                          alive.contains(node), chosen.contains(node)});
  }
  return tree;
}

void TranslatorActivity::show_text(const Written& written) {
  TextView& text = view().text;
  text.tokens.clear();
  std::string english = data::written(english_, true);
  text.tokens.push_back({english + "\n", 1, true});
  for (std::size_t i = 0; i < written.shown.size(); ++i)
    text.tokens.push_back({written.shown[i], written.words[i].probability, false});
  text.version += 1;
  text.is_complete = is_resting();
}

void TranslatorActivity::publish() {
  if (shown_writer().sources().empty()) return;  // as in read()
  const Written written = read(shown_writer());
  show_text(written);
  std::vector<ViewPart>& parts = view().parts;
  parts.clear();
  const auto add = [&](std::string name, std::string title, auto content, int row, float height, float width = 1) {
    ViewPart part;
    part.name = std::move(name);
    part.title = std::move(title);
    part.content = std::move(content);
    part.row = row;
    part.height = height;
    part.width = width;
    parts.push_back(std::move(part));
  };
  add("english", "", source_words(written), 0, 0.45F);
  add("translation", "", target_words(written), 1, 0.55F, 2.2F);
  parts.back().takes_pointer = true;
  add("other", "", other_words(written), 1, 0.55F, 1);
  add("alignment", "what each word looked at", alignment(written), 2, 1.8F, 2.2F);
  parts.back().takes_pointer = true;
  add("examples", "press one of these", example_words(), 2, 1.8F, 1);
  parts.back().takes_pointer = true;
  add("beams", is_greedy() ? "the likeliest next word at every step" : "the four best beginnings after every word",
      tree(), 3, 1.2F);
  view().progress = fmt::format("{} words", written.shown.size());
  view().fraction = is_complete() ? 1.0F : std::min(1.0F, static_cast<float>(written.shown.size()) / 12.0F);
}

}  // namespace figment::studio
