#include "fuzz/fuzz.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <new>

#include "core/error.h"
#include "formats/text.h"

namespace figment::fuzz {
namespace {

constexpr std::size_t largest_allocation = std::size_t{1} << 30;
constexpr double longest_s = 10;
constexpr std::size_t longest_message = 800;  // bytes

char present_case[200] = "";  // for the signal handler
std::atomic<bool> was_greedy = false;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Says which case it was; then the signal does what it does by itself.
void on_signal(int signal) {
  const char* what = signal == SIGALRM ? "a case takes too long: " : "a case crashed: ";
  [[maybe_unused]] auto written = ::write(2, what, std::strlen(what));
  written = ::write(2, present_case, std::strlen(present_case));
  written = ::write(2, "\n", 1);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void catch_signals() {
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM}) std::signal(signal, on_signal);
}

/// Of this process, all threads: another busy program does not count.
double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::int64_t peak_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

/// True if it was refused with a sentence.
bool is_refused(const std::function<void(Random&)>& one_case, Random& random) {
  try {
    one_case(random);
  } catch (const core::Error& error) {
    expect_sentence(error.what());
    return true;
  } catch (const std::exception& error) {
    ADD_FAILURE() << "not a core::Error: " << error.what();
  }
  return false;
}

}  // namespace

void expect_sentence(const std::string& message) {
  EXPECT_FALSE(message.empty());
  EXPECT_LE(message.size(), longest_message) << message.substr(0, longest_message);
  EXPECT_TRUE(formats::is_valid_utf8(message)) << message.substr(0, longest_message);
  for (const char character : message) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= ' ' && byte != 0x7F) continue;
    ADD_FAILURE() << "a control character is in: " << message.substr(0, longest_message);
    return;
  }
}

Outcome run_cases(const std::string& kind, double share, const std::function<void(Random&)>& one_case) {
  catch_signals();
  const std::uint64_t seed = number_from("FIGMENT_FUZZ_SEED", 1);
  const auto count = static_cast<std::uint64_t>(share * static_cast<double>(number_from("FIGMENT_FUZZ_CASES", 4000)));
  const std::uint64_t only = number_from("FIGMENT_FUZZ_CASE", count);
  const std::int64_t peak_before = peak_bytes();
  Outcome outcome;
  for (std::uint64_t i = only < count ? only : 0; i < (only < count ? only + 1 : count); ++i) {
    std::snprintf(
        present_case, sizeof present_case, "%s, FIGMENT_FUZZ_SEED=%llu FIGMENT_FUZZ_CASES=%llu FIGMENT_FUZZ_CASE=%llu",
        kind.c_str(), static_cast<unsigned long long>(seed),
        static_cast<unsigned long long>(number_from("FIGMENT_FUZZ_CASES", 4000)), static_cast<unsigned long long>(i));
    const testing::ScopedTrace trace(__FILE__, __LINE__, present_case);
    Random random(seed, i);
    was_greedy = false;
    const double start = processor_seconds();
    ::alarm(6 * static_cast<unsigned>(longest_s));  // a hang; the limit itself is of processor time, below
    outcome.refused += is_refused(one_case, random) ? 1 : 0;
    ::alarm(0);
    const double seconds = processor_seconds() - start;
    outcome.slowest_s = std::max(outcome.slowest_s, seconds);
    EXPECT_LT(seconds, longest_s);
    EXPECT_FALSE(was_greedy) << "it asked for more than a gigabyte at once";
    ++outcome.cases;
    if (testing::Test::HasFailure() && std::getenv("FIGMENT_FUZZ_GO_ON") == nullptr) break;
  }
  EXPECT_LT(peak_bytes() - peak_before, static_cast<std::int64_t>(largest_allocation)) << kind;
  std::printf("%s: %lld cases, %lld refused, the slowest took %.3f s\n", kind.c_str(),
              static_cast<long long>(outcome.cases), static_cast<long long>(outcome.refused), outcome.slowest_s);
  return outcome;
}

void InFolder::SetUp() {
  folder_ = std::filesystem::temp_directory_path() / ("figment-fuzz-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder_);
}

void InFolder::TearDown() {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
}

std::filesystem::path InFolder::write(const std::string& name, const Bytes& bytes) const {
  std::ofstream stream(folder_ / name, std::ios::binary);
  stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return folder_ / name;
}

}  // namespace figment::fuzz

#if !defined(__SANITIZE_ADDRESS__)  // which has its own
void* operator new(std::size_t size) {
  if (size > figment::fuzz::largest_allocation) {
    figment::fuzz::was_greedy = true;
    throw std::bad_alloc();
  }
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif
