#pragma once
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "gpu/buffer.h"
#include "tensor/tensor.h"

namespace figment::runtime {

/// A range of device memory.
struct BufferSlice {
  VkBuffer buffer = VK_NULL_HANDLE;
  VkDeviceSize offset = 0;
  VkDeviceSize bytes = 0;
  const gpu::Buffer* owner = nullptr;  ///< the buffer it lies in
  tensor::Variable variable{};         ///< of a variable: it keeps its memory as long as this is held
};

/// Starts of tensors are multiples of this many bytes, and so are the sizes set aside for them.
inline constexpr std::int64_t memory_alignment = 256;
constexpr std::int64_t align_memory(std::int64_t bytes) {
  return (bytes + memory_alignment - 1) / memory_alignment * memory_alignment;
}

/// The device memory of variables. Small ones share buffers; packed ones are windows into their parent's memory.
class VariableStore {
 public:
  explicit VariableStore(gpu::Device& device) : device_(device) {}

  /// The variable's memory, made and filled from `initial` when first asked for.
  BufferSlice memory(const tensor::Variable& variable);

  /// Frees the memory of variables that nothing else holds any more. Nothing that is submitted may use it.
  void collect();

  std::int64_t bytes() const { return bytes_; }  ///< set aside for variables now
  /// The variables that have memory (packed ones as one), with the bytes set aside for each, in no order.
  std::vector<std::pair<tensor::Variable, std::int64_t>> contents() const;

 private:
  struct Block {
    gpu::Buffer buffer;
    std::int64_t used = 0;
    int holders = 0;
  };
  struct Entry {
    tensor::Variable variable;
    Block* block = nullptr;
    std::int64_t offset = 0;
  };
  Entry& make(const tensor::Variable& variable);
  Block& block_for(std::int64_t bytes);

  gpu::Device& device_;
  std::unordered_map<const tensor::VariableData*, Entry> entries_;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::int64_t bytes_ = 0;
};

/// The variable whose memory `variable` lies in, and the first element there.
std::pair<tensor::Variable, std::int64_t> root_of(const tensor::Variable& variable);

}  // namespace figment::runtime
