#include "app/workbench.h"

#include <algorithm>
#include <set>

#include "app/open_editor.h"
#include "app/profiler.h"
#include "core/error.h"
#include "core/files.h"
#include "gpu/embedded_shaders.h"
#include "gpu/error.h"

namespace figment::app {

using Verdict = BenchKernel::Verdict;
using Clock = std::chrono::steady_clock;

Workbench::Workbench(runtime::Context& context) : context_(context) {}
Workbench::~Workbench() = default;

runtime::Context& Workbench::context(int form) {
  if (form == 0) return context_;
  if (!other_) {
    runtime::ContextOptions options;
    options.shared_device = context_.shared_device();
    options.cpu_kernels = !context_.traits().is_cpu;
    options.shader_directory = context_.shaders().source_directory();
    other_ = std::make_unique<runtime::Context>(options);
  }
  return *other_;
}

void Workbench::make_list() {
  std::array<std::map<std::string, std::vector<runtime::ShaderUse>>, 2> uses;
  uses[0] = runtime::shader_uses(context_.traits());
  tensor::DeviceTraits other = context_.traits();
  other.is_cpu = !other.is_cpu;
  uses[1] = runtime::shader_uses(other);
  for (const gpu::EmbeddedShader& shader : gpu::embedded_shaders()) {
    if (!shader.name.ends_with(".comp")) continue;
    auto kernel = std::make_unique<BenchKernel>();
    kernel->file = shader.name;
    std::set<std::string> names;
    for (std::size_t form = 0; form < 2; ++form) {
      kernel->uses[form] = uses[form][kernel->file];
      for (const runtime::ShaderUse& use : kernel->uses[form]) names.emplace(use.op->name);
    }
    kernel->ops.assign(names.begin(), names.end());
    kernels_.push_back(std::move(kernel));
  }
}

const std::vector<std::unique_ptr<BenchKernel>>& Workbench::kernels() {
  if (kernels_.empty()) make_list();
  return kernels_;
}

BenchKernel* Workbench::find(const std::string& file) {
  const auto& list = kernels();
  const auto found = std::ranges::find(list, file, [](const auto& kernel) { return kernel->file; });
  return found == list.end() ? nullptr : found->get();
}

void Workbench::select(BenchKernel& kernel) {
  if (kernel.speed || !kernel.is_used() || kernel.verdict == Verdict::broken) return;
  const int form = kernel.uses[0].empty() ? 1 : 0;
  try {
    kernel.speed = std::make_unique<SpeedComparison>(context(form), kernel.uses[static_cast<std::size_t>(form)].front(),
                                                     kernel.file);
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    kernel.message = error.what();
    return;
  }
  speeds_.push_back(&kernel);
}

void Workbench::check(BenchKernel& kernel) {
  std::erase_if(queue_, [&](const Task& task) { return task.kernel == &kernel; });
  if (current_ && current_task_.kernel == &kernel) current_.reset();
  kernel.results.clear();
  kernel.message.clear();
  kernel.max_error = 0;
  for (int form = 0; form < 2; ++form) {
    for (const runtime::ShaderUse& use : kernel.uses[static_cast<std::size_t>(form)]) {
      queue_.push_back({&kernel, form, use});
    }
  }
  kernel.checks_total = kernel.uses[0].size() + kernel.uses[1].size();
  kernel.verdict = kernel.checks_total > 0 ? Verdict::checking : Verdict::unknown;
}

void Workbench::take_changes(std::span<const gpu::ShaderChange> changes) {
  if (kernels_.empty()) return;  // it was never opened
  for (const gpu::ShaderChange& change : changes) {
    BenchKernel* kernel = find(change.file);
    if (kernel == nullptr) continue;
    if (!change.ok) {
      kernel->verdict = Verdict::broken;
      kernel->message = change.error;
      continue;
    }
    try {
      // The other form's context has its own library, which looks at the files too, but later.
      if (other_) other_->shaders().add(kernel->file, core::read_text(path_of(*kernel)));
      check(*kernel);
      kernel->us_per_call_before = kernel->us_per_call;
      if (kernel->speed && kernel->speed->is_prepared()) {
        kernel->speed->start();
        std::erase(speeds_, kernel);
        speeds_.push_back(kernel);
      }
    } catch (const core::Error& error) {
      kernel->message = error.what();
    }
  }
}

void Workbench::measure_shares() {
  const double seconds = std::chrono::duration<double>(Clock::now() - measured_).count();
  if (seconds < 1) return;
  measured_ = Clock::now();
  double dispatches = 0;
  for (const auto& kernel : kernels_) kernel->share = 0;
  for (const KernelLoad& load : kernel_loads(context_, false, seconds, replays_, dispatches)) {
    BenchKernel* kernel = find(load.shader + ".comp");
    if (kernel == nullptr) continue;
    kernel->share += load.share;
    kernel->us_per_call = load.us_per_call();
  }
}

void Workbench::begin_next() {
  current_task_ = std::move(queue_.front());
  queue_.pop_front();
  auto run = std::make_unique<runtime::ExampleCase>(*current_task_.use.op, *current_task_.use.example);
  current_ = std::make_unique<runtime::ParityCheck>(context(current_task_.form), std::move(run));
}

void Workbench::finish(const runtime::ParityResult& result) {
  BenchKernel& kernel = *current_task_.kernel;
  kernel.max_error = std::max(kernel.max_error, result.max_error);
  if (!result.passed() && kernel.message.empty()) kernel.message = result.name + ", " + result.message + ".";
  kernel.results.push_back(result);
  const bool is_for_cpu = context(current_task_.form).traits().is_cpu;
  kernel.results.back().name += is_for_cpu ? " \u00b7 for CPUs" : " \u00b7 for GPUs";
  if (kernel.results.size() < kernel.checks_total) return;
  kernel.verdict = kernel.message.empty() ? Verdict::passed : Verdict::failed;
}

void Workbench::advance(double budget_ms) {
  kernels();
  measure_shares();
  const Clock::time_point start = Clock::now();
  const auto left_ms = [&] {
    return budget_ms - std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  };
  do {
    if (!current_ && !queue_.empty()) begin_next();
    if (!current_) break;
    if (!current_->advance()) continue;
    finish(current_->result());
    current_.reset();
  } while (left_ms() > 0);
  while (!speeds_.empty() && left_ms() > 0) {
    BenchKernel& kernel = *speeds_.front();
    try {
      const bool is_done = kernel.speed->is_prepared() ? kernel.speed->advance(left_ms()) : kernel.speed->prepare();
      if (is_done) speeds_.pop_front();
    } catch (const gpu::DeviceLost&) {
      throw;
    } catch (const core::Error& error) {
      if (kernel.message.empty()) kernel.message = error.what();
      kernel.speed.reset();
      speeds_.pop_front();
    }
  }
}

std::filesystem::path Workbench::path_of(const BenchKernel& kernel) const {
  return context_.shaders().source_directory() / kernel.file;
}

std::string Workbench::edit(const BenchKernel& kernel) {
  const std::filesystem::path folder = context_.shaders().source_directory();
  const std::filesystem::path file = editable_shader(folder, kernel.file);
  std::string note;
  if (file.parent_path() != folder) {
    context_.shaders().watch(file.parent_path());
    if (other_) other_->shaders().watch(file.parent_path());
    note = "The shaders may not be written where they are; this is your own copy: " + file.string();
  }
  open_editor(file);
  return note;
}

}  // namespace figment::app
