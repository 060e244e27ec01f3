#pragma once
#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/speed_comparison.h"
#include "gpu/shader.h"
#include "runtime/parity.h"

namespace figment::app {

/// One shader file of the workbench.
struct BenchKernel {
  enum class Verdict : std::uint8_t { unknown, checking, passed, failed, broken };
  std::string file;              ///< "matmul.comp"
  std::vector<std::string> ops;  ///< whose kernels use it
  /// Examples that use it: [0] with the form of the kernels that suits this device, [1] with the other.
  std::array<std::vector<runtime::ShaderUse>, 2> uses;
  Verdict verdict = Verdict::unknown;
  std::string message;                         ///< the compiler's, or the first failure's; else empty
  std::vector<runtime::ParityResult> results;  ///< of the last check
  std::size_t checks_total = 0;                ///< of that check
  double max_error = 0;
  double share = 0;               ///< of the device's time in the models on show
  double us_per_call = 0;         ///< there, now
  double us_per_call_before = 0;  ///< there, when the file changed last; 0: it has not
  std::unique_ptr<SpeedComparison> speed;

  bool is_used() const { return !uses[0].empty() || !uses[1].empty(); }
};

/// The shaders: checks them against the CPU reference and compares their speed when they change. Works in slices.
class Workbench {
 public:
  explicit Workbench(runtime::Context& context);
  ~Workbench();

  /// Once a frame while the workbench is open or at work, for about `budget_ms`.
  void advance(double budget_ms);
  bool is_busy() const { return current_ != nullptr || !queue_.empty() || !speeds_.empty(); }

  /// By the time they take now, then by name. Made when it is first asked for.
  const std::vector<std::unique_ptr<BenchKernel>>& kernels();
  BenchKernel* find(const std::string& file);

  /// Makes ready to compare the speed once the file changes.
  void select(BenchKernel& kernel);
  /// Checks all examples, with both forms of the kernels.
  void check(BenchKernel& kernel);
  /// Tells what hot reload found.
  void take_changes(std::span<const gpu::ShaderChange> changes);
  /// Where the file lies.
  std::filesystem::path path_of(const BenchKernel& kernel) const;
  /// Opens it in the editor; where it may not be written, a copy of one's own, which is watched from then on. Returns a
  /// sentence that says so, or an empty one. Throws Error.
  std::string edit(const BenchKernel& kernel);

 private:
  struct Task {
    BenchKernel* kernel = nullptr;
    int form = 0;
    runtime::ShaderUse use;
  };
  void make_list();
  void measure_shares();
  void begin_next();
  void finish(const runtime::ParityResult& result);
  runtime::Context& context(int form);

  runtime::Context& context_;
  std::unique_ptr<runtime::Context> other_;  ///< with the other form of the kernels
  std::vector<std::unique_ptr<BenchKernel>> kernels_;
  std::deque<Task> queue_;
  std::deque<BenchKernel*> speeds_;
  std::unique_ptr<runtime::ParityCheck> current_;
  Task current_task_;
  std::map<const runtime::Program*, std::uint64_t> replays_;
  std::chrono::steady_clock::time_point measured_{};
};

}  // namespace figment::app
