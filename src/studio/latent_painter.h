#pragma once
#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "models/latent_coder/latent_coder.h"
#include "models/latent_diffusion/latent_unet.h"
#include "sampling/sampler.h"
#include "studio/digits.h"
#include "studio/request.h"

namespace figment::studio {

/// The networks of latent diffusion: the one that denoises codes, and the coder that makes pictures of them.
struct LatentNetworks {
  std::shared_ptr<models::LatentUnet> unet;
  std::shared_ptr<models::LatentCoder> coder;
};

/// Those with the weights of a file for the network (default: the shipped ones) and the shipped coder. Throws Error if
/// any are missing or damaged.
LatentNetworks load_latent_networks(const std::filesystem::path& weights = {});

/// What a request asks of latent diffusion: its guidance beyond 1 is multiplied by the family's "pull", since words
/// need more of it than the few classes of the other families do.
PictureRequest with_pull(const Request& request);

/// Paints what captions say: noise, then one recorded program for each evaluation of the network, then the coder. It
/// also keeps which word each place attended to, the mean over the middle steps.
class LatentPainter {
 public:
  /// `count` pictures at once.
  LatentPainter(runtime::Context& context, LatentNetworks networks, int count);

  void compile(const PictureRequest& request) { step_program(request.guidance != 1.0F); }
  bool is_compiled(const PictureRequest& request) const {
    return step_programs_[request.guidance != 1.0F ? 1 : 0] != nullptr;
  }
  /// All programs that were compiled, to be warmed up.
  std::vector<runtime::Program*> compiled();

  /// Starts anew from the noise of request.seed. `words` are the ids of one caption for all pictures, or of one for
  /// each. Throws Error if the request makes no sense (studio::check).
  void begin(const PictureRequest& request, std::span<const std::int32_t> words);
  /// Takes up another sampler, guidance ... for the rows that are left, if steps and seed are the same.
  bool adjust(const PictureRequest& request);

  /// Submits about `budget_ms` of work; returns the number of steps finished by it.
  int advance(double budget_ms);
  void run_row();  ///< submits the next row as a whole, without waiting
  /// To the end, and waits. Told the rows done and the rows there are.
  void run_all(const std::function<void(int, int)>& progress = {});

  bool is_finished() const { return row_ >= rows() && !shows_; }
  int rows() const { return static_cast<int>(table_.rows.size()); }
  int steps() const { return table_.steps; }
  int step() const { return row_ == 0 ? 0 : table_.step_of_row(row_ - 1) + 1; }
  double sigma() const;  ///< the noise level reached
  int count() const { return count_; }
  int side() const { return static_cast<int>(networks_.coder->config().picture); }

  /// Which picture the words are shown for, and which word's attention dims the pictures (-1: none). Call show() then.
  void choose(int picture, int word);
  /// Which words of the caption `words()` shows, by their places in it: these first.
  void show_words(std::span<const int> places);
  /// Decodes the present state, as a whole.
  void show();

  const ShownPictures& pictures() const { return pictures_; }  ///< plain
  const ShownPictures& marked() const { return marked_; }      ///< dimmed where the chosen word is not attended to
  const ShownPictures& words() const { return words_; }        ///< the chosen picture, dimmed likewise for each word
  std::vector<float> read_pixels();                            ///< [count, side, side, 3]; waits
  std::vector<const runtime::Program*> programs() const;

 private:
  RecordedProgram& step_program(bool guided);
  void make_start();
  void make_show();
  void prepare_row();
  void prepare_show();
  void finish(const runtime::Program* program);
  bool is_shown_after(int row) const;
  float share_weight(int row) const;

  runtime::Context& context_;
  LatentNetworks networks_;
  int count_;
  PictureRequest request_;
  std::vector<std::int32_t> caption_;  ///< [count, words]
  sampling::StepTable table_;
  std::vector<sampling::SchedulePoint> points_;
  int row_ = 0;
  bool shows_ = false;  ///< what was reached is still to be decoded
  int chosen_picture_ = 0;
  int chosen_word_ = -1;
  std::vector<float> order_;               ///< [words, words]: which word each picture of words_ is of
  runtime::Program* in_flight_ = nullptr;  ///< half submitted
  tensor::Variable x_, saved_, clean_, shares_;
  std::array<tensor::Variable, 3> history_;
  ShownPictures pictures_, marked_, words_;
  RecordedProgram start_, show_;
  std::array<std::unique_ptr<RecordedProgram>, 2> step_programs_;
};

}  // namespace figment::studio
