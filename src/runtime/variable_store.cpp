#include "runtime/variable_store.h"

#include <algorithm>

#include "core/error.h"
#include "runtime/host_bytes.h"

namespace figment::runtime {

namespace {
constexpr std::int64_t block_bytes = 4LL << 20;
}

std::pair<tensor::Variable, std::int64_t> root_of(const tensor::Variable& variable) {
  tensor::Variable root = variable;
  std::int64_t offset = 0;
  while (root->parent) {
    offset += root->offset;
    root = root->parent;
  }
  return {root, offset};
}

VariableStore::Block& VariableStore::block_for(std::int64_t bytes) {
  for (const auto& block : blocks_) {
    if (block->used + bytes <= static_cast<std::int64_t>(block->buffer.size())) return *block;
  }
  auto block = std::make_unique<Block>();
  // Big ones get a buffer of their own size, small ones share.
  const std::int64_t size = bytes >= block_bytes / 4 ? bytes : block_bytes;
  block->buffer = gpu::Buffer(device_, static_cast<VkDeviceSize>(size));
  bytes_ += size;
  return *blocks_.emplace_back(std::move(block));
}

VariableStore::Entry& VariableStore::make(const tensor::Variable& variable) {
  const std::int64_t bytes = align_memory(variable->type.bytes());
  core::require(bytes > 0, "the variable {} has no elements", variable->name);
  Block& block = block_for(bytes);
  Entry entry{variable, &block, block.used};
  std::vector<std::byte> content(static_cast<std::size_t>(bytes));
  encode(variable->type.dtype, variable->initial, content.data());
  gpu::upload(device_, block.buffer, content, static_cast<VkDeviceSize>(entry.offset));
  block.used += bytes;
  ++block.holders;
  return entries_[variable.get()] = std::move(entry);
}

BufferSlice VariableStore::memory(const tensor::Variable& variable) {
  const auto [root, first] = root_of(variable);
  const auto found = entries_.find(root.get());
  const Entry& entry = found != entries_.end() ? found->second : make(root);
  const std::int64_t offset = entry.offset + first * tensor::bytes_of(root->type.dtype);
  return {entry.block->buffer.handle(), static_cast<VkDeviceSize>(offset),
          static_cast<VkDeviceSize>(variable->type.bytes()), &entry.block->buffer, variable};
}

std::vector<std::pair<tensor::Variable, std::int64_t>> VariableStore::contents() const {
  std::vector<std::pair<tensor::Variable, std::int64_t>> result;
  for (const auto& [key, entry] : entries_) {
    result.emplace_back(entry.variable, align_memory(entry.variable->type.bytes()));
  }
  return result;
}

void VariableStore::collect() {
  std::erase_if(entries_, [](auto& item) {
    if (item.second.variable.use_count() > 1) return false;
    --item.second.block->holders;
    return true;
  });
  std::erase_if(blocks_, [&](const auto& block) {
    if (block->holders > 0) return false;
    bytes_ -= static_cast<std::int64_t>(block->buffer.size());
    return true;
  });
}

}  // namespace figment::runtime
