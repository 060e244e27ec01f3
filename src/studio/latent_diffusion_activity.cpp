#include "studio/latent_diffusion_activity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "core/error.h"
#include "core/quote.h"
#include "studio/family.h"

namespace figment::studio {
namespace {

constexpr double rest_seconds = 5.0;  // how long finished pictures stay
constexpr std::size_t offered_words = 3;
/// Words that no place has to attend to for what is painted.
constexpr std::array small_words = {"the", "at", "in", "by", "of", "with", "and", "picture", "background"};

const Family& family() { return family_named("latent_diffusion"); }

/// How many letters have to be added, dropped or changed to make one word of the other (Levenshtein).
std::size_t letters_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string unknown_words_note(const std::string& prompt) {
  const std::vector<std::string> unknown = data::unknown_words(prompt);
  if (unknown.empty()) return {};
  std::vector<std::string_view> nouns;
  for (const data::ComposedNoun& noun : data::composed_nouns()) nouns.push_back(noun.singular);
  const std::string first = core::quotable(unknown.front());  // a very long word is not worth comparing as a whole
  std::stable_sort(nouns.begin(), nouns.end(), [&](std::string_view a, std::string_view b) {
    return letters_between(first, a) < letters_between(first, b);
  });
  nouns.resize(std::min(offered_words, nouns.size()));
  return fmt::format("I have not learnt '{}'; try {} or {}",
                     core::quotable(fmt::format("{}", fmt::join(unknown, "' or '")), 120),
                     fmt::join(std::span(nouns).first(nouns.size() - 1), ", "), nouns.back());
}

LatentDiffusionActivity::LatentDiffusionActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "steps/s", rest_seconds) {
  view().title = "Latent diffusion";
  view().subtitle = "text to picture";
  view().sentence =
      "A transformer reads the prompt; diffusion paints a small code of the picture, asking the words at every place; "
      "a decoder makes pixels of the code.";
  loading().read("Reading the weights", [this] { networks_ = load_latent_networks(); });
  loading().run("Reading the weights", [this] {
    const auto weights = static_cast<double>(networks_.unet->parameters().count());
    view().subtitle = fmt::format("{0}\u00d7{0} pictures in {1}\u00d7{1} codes, {2:.1f} M weights",
                                  networks_.coder->config().picture, networks_.coder->config().side(), weights * 1e-6);
    prepare();
  });
}

PictureRequest LatentDiffusionActivity::wanted() const {
  check(request().picture);
  PictureRequest picture = with_pull(request());
  picture.seed += round();
  return picture;
}

std::string LatentDiffusionActivity::prompt() const {
  const std::string typed = text(request(), family(), "prompt");
  if (typed.find_first_not_of(" \t\n") != std::string::npos) return typed;
  const std::span<const std::string_view> suggestions = data::suggested_prompts();
  return std::string(suggestions[static_cast<std::size_t>(round() % suggestions.size())]);
}

bool LatentDiffusionActivity::prepare() {
  const PictureRequest picture = wanted();
  check(picture);
  check(request(), family());
  const bool is_other = !painter_ || painter_->count() != picture.count;
  if (!is_other && painter_->is_compiled(picture)) return false;
  if (is_other) {
    loading().run("Laying out the steps", [this, count = picture.count] {
      next_ = std::make_unique<LatentPainter>(context(), networks_, count);
    });
  }
  loading().run("Laying out the steps", [this, picture] { (next_ ? *next_ : *painter_).compile(picture); });
  loading().warm([this] { return (next_ ? *next_ : *painter_).compiled(); });
  return true;
}

void LatentDiffusionActivity::begin() {
  if (next_) {
    context().device().wait_idle();  // the pictures that are shown are about to go
    painter_ = std::move(next_);
    goes_on_ = false;
  }
  if (prepare()) return;
  if (goes_on_) {
    goes_on_ = false;
    if (painter_->adjust(wanted())) return;
  }
  if (const std::string asked = prompt(); asked != painted_) take_prompt(asked);
  chosen_picture_ = std::min(chosen_picture_, painter_->count() - 1);
  choose();
  painter_->begin(wanted(), data::tokenize_caption(painted_));
}

void LatentDiffusionActivity::take_prompt(const std::string& prompt) {
  painted_ = prompt;
  words_ = data::read_caption(painted_);
  words_.resize(std::min(words_.size(), static_cast<std::size_t>(data::caption_length)));
  shown_.clear();
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (std::find(small_words.begin(), small_words.end(), words_[i].text) == small_words.end()) {
      shown_.push_back(static_cast<int>(i));
    }
  }
  chosen_word_ = -1;
}

void LatentDiffusionActivity::choose() {
  painter_->show_words(shown_);
  painter_->choose(chosen_picture_, chosen_word_ < 0 ? -1 : shown_[static_cast<std::size_t>(chosen_word_)]);
}

RepeatingActivity::Taken LatentDiffusionActivity::take_request(const Request& before) {
  check(request(), family());
  if (text(request(), family(), "prompt") != text(before, family(), "prompt")) return Taken::start_over;
  check(request().picture);
  const PictureRequest old = with_pull(before);
  if (with_pull(request()) == old) return Taken::nothing;
  if (request().picture.seed != old.seed || request().picture.count != old.count) return Taken::start_over;
  if (is_resting()) return Taken::begin_again;
  if (!painter_->is_compiled(wanted())) {
    goes_on_ = true;  // begin() prepares, and comes back
    return Taken::begin_again;
  }
  return painter_->adjust(wanted()) ? Taken::on_the_way : Taken::begin_again;
}

int LatentDiffusionActivity::step_once() {
  painter_->run_row();
  return 1;
}

void LatentDiffusionActivity::take_pointer(const PointerEvent& event) {
  if (event.phase != PointerEvent::Phase::press || event.item < 0 || !painter_) return;
  if (event.part == "pictures") {
    chosen_picture_ = std::min(event.item, painter_->count() - 1);
  } else if (event.part == "words" && event.item < static_cast<int>(shown_.size())) {
    chosen_word_ = event.item == chosen_word_ ? -1 : event.item;
  } else {
    return;
  }
  choose();
  painter_->show();
}

std::vector<const runtime::Program*> LatentDiffusionActivity::programs() const {
  return painter_ ? painter_->programs() : std::vector<const runtime::Program*>{};
}

void LatentDiffusionActivity::publish() {
  View& shown = view();
  const std::uint64_t version = shown.pictures.version + 1;
  shown.pictures = painter_->pictures().view(context(), version);
  shown.parts.clear();
  ViewPart pictures;
  pictures.name = "pictures";
  pictures.title = painted_;
  pictures.note = unknown_words_note(painted_);
  pictures.content = painter_->marked().view(context(), version);
  pictures.height = 2;
  pictures.marked = painter_->count() > 1 ? chosen_picture_ : -1;
  pictures.takes_pointer = true;
  shown.parts.push_back(pictures);
  show_words();
  shown.progress = fmt::format("step {} of {}\n\u03c3 {:.2f}", painter_->step(), painter_->steps(), painter_->sigma());
  shown.fraction = static_cast<float>(painter_->step()) / static_cast<float>(painter_->steps());
}

void LatentDiffusionActivity::show_words() {
  if (shown_.empty()) return;
  ViewPart part;
  part.name = "words";
  part.title = "where each word went";
  part.note = "bright: places that attend to the word; press on one to see it in all pictures";
  PictureView maps = painter_->words().view(context(), view().pictures.version);
  maps.count = static_cast<int>(shown_.size());
  part.content = maps;
  part.row = 1;
  part.columns = maps.count;
  for (const int place : shown_) {
    const data::CaptionWord& word = words_[static_cast<std::size_t>(place)];
    part.captions.push_back(word.id == data::unknown_word ? word.text + " ?" : word.text);
  }
  part.marked = chosen_word_;
  part.takes_pointer = true;
  view().parts.push_back(part);
}

}  // namespace figment::studio
