#include "app/players.h"

#include <bit>

#include "core/hash.h"
#include "gpu/error.h"

namespace figment::app {

Players::Players(runtime::Context& context, const std::vector<studio::Family>& families)
    : context_(context), families_(families) {}

Players::~Players() {
  try {
    context_.device().wait_idle();
  } catch (const core::Error&) {
    // A lost device runs nothing any more.
  }
}

void Players::clear(Player& player) {
  // What it owns may still be in use by submitted work.
  if (player.activity) context_.device().wait_idle();
  player = Player{};
}

void Players::select(const studio::Family& family) {
  Player& player = family.paints ? painter_ : writer_;
  clear(player);
  player.family = &family;
  player.is_pending = true;
}

void Players::stop(bool painter) { clear(painter ? painter_ : writer_); }

bool Players::make_pending(const studio::Request& request) {
  Player& player = painter_.is_pending ? painter_ : writer_;
  if (!player.is_pending) return false;
  player.is_pending = false;
  try {
    player.activity = player.family->make(context_, request);
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    player.error = error.what();
  }
  return true;
}

void Players::set_request(const studio::Request& request) {
  each([&](Player& player) { player.activity->set_request(request); });
}

void Players::advance(double budget_ms) {
  // Words are read at a person's pace and cost little; pictures take what is left.
  if (writer_.activity) writer_.activity->advance(painter_.activity ? 0.3 * budget_ms : budget_ms);
  if (painter_.activity) painter_.activity->advance(writer_.activity ? 0.7 * budget_ms : budget_ms);
}

void Players::restart() {
  each([](Player& player) { player.activity->restart(); });
}

void Players::single_step() {
  each([](Player& player) { player.activity->single_step(); });
}

std::uint64_t Players::fingerprint() const {
  std::uint64_t result = core::hash_text("");
  const auto add = [&](std::uint64_t value) { result = (result ^ value) * 0x9E3779B97F4A7C15ULL + (result >> 29); };
  for (const Player* player : {&painter_, &writer_}) {
    add(std::bit_cast<std::uintptr_t>(player->activity.get()));
    add(core::hash_text(player->error));
    const studio::View* view = player->view();
    if (view == nullptr) continue;
    add(view->pictures.version);
    add(view->strip.pictures.version);
    add(static_cast<std::uint64_t>(view->strip.current));
    add(static_cast<std::uint64_t>(view->curve.marker));
    add(view->text.version);
    add(core::hash_text(view->progress));
    add(core::hash_text(view->error));
    add(std::bit_cast<std::uint32_t>(view->fraction));
  }
  return result;
}

std::vector<const runtime::Program*> Players::programs() const {
  std::vector<const runtime::Program*> result;
  for (const Player* player : {&painter_, &writer_}) {
    if (!player->activity) continue;
    for (const runtime::Program* program : player->activity->programs()) {
      if (program != nullptr) result.push_back(program);
    }
  }
  return result;
}

std::string Players::error() const {
  for (const Player* player : {&painter_, &writer_}) {
    if (!player->error.empty()) return player->error;
    if (const studio::View* view = player->view(); view != nullptr && !view->error.empty()) return view->error;
  }
  return {};
}

}  // namespace figment::app
