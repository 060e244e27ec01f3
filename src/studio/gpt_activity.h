#pragma once
#include <chrono>

#include "studio/activity.h"
#include "studio/text_generator.h"

namespace figment::studio {

/// Writes story after story, token by token, at reading speed.
class GptActivity : public Activity {
 public:
  GptActivity(runtime::Context& context, const Request& request);

  void set_request(const Request& request) override;
  void advance(double budget_ms) override;
  void restart() override;
  void single_step() override;
  const View& view() const override { return view_; }
  std::vector<const runtime::Program*> programs() const override { return generator_->programs(); }

 private:
  void begin();
  void publish();

  std::shared_ptr<const data::Tokenizer> tokenizer_;
  std::unique_ptr<TextGenerator> generator_;
  TextRequest request_;
  std::uint64_t story_ = 0;
  double owed_ = 0;  ///< tokens that the reading speed allows by now
  std::chrono::steady_clock::time_point last_;
  std::chrono::steady_clock::time_point finished_at_;
  bool resting_ = false;
  std::size_t shown_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t rate_written_ = 0;
  std::chrono::steady_clock::time_point rate_since_;
  View view_;
};

}  // namespace figment::studio
