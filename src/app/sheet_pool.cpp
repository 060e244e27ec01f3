#include "app/sheet_pool.h"

namespace figment::app {

namespace {

/// After so many frames without it a sheet's images serve others: the frames in flight are long done, and what blinks
/// keeps its own.
constexpr int idle_frames_max = 30;

}  // namespace

void SheetPool::begin_frame() {
  for (auto& [name, entry] : entries_) {
    if (++entry.idle_frames == idle_frames_max) entry.sheet->forget();
  }
}

std::unique_ptr<PictureSheet> SheetPool::take_idle() {
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->second.idle_frames < idle_frames_max) continue;
    std::unique_ptr<PictureSheet> sheet = std::move(entry->second.sheet);
    entries_.erase(entry);
    return sheet;
  }
  return std::make_unique<PictureSheet>(painter_, renderer_);
}

PictureSheet& SheetPool::request(const std::string& name, const studio::PictureView& pictures,
                                 const SheetLayout& layout) {
  auto found = entries_.find(name);
  if (found == entries_.end()) found = entries_.emplace(name, Entry{take_idle()}).first;
  found->second.idle_frames = 0;
  found->second.sheet->request(pictures, layout);
  return *found->second.sheet;
}

std::vector<PictureSheet*> SheetPool::requested() const {
  std::vector<PictureSheet*> sheets;
  for (const auto& [name, entry] : entries_) {
    if (entry.idle_frames == 0) sheets.push_back(entry.sheet.get());
  }
  return sheets;
}

void SheetPool::forget() {
  for (auto& [name, entry] : entries_) entry.sheet->forget();
}

}  // namespace figment::app
