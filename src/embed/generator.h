#pragma once
#include <vulkan/vulkan_core.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

// figment's public header: a live generator inside another program's Vulkan frame loop. It needs nothing else of
// figment's sources; link figment::figment of find_package(figment). Hosts that use volk include <volk.h> before it.

#ifndef FIGMENT_DATA_FOLDER
#define FIGMENT_DATA_FOLDER ""  // an installed figment::figment says <prefix>/share/figment
#endif

namespace figment {

/// A Vulkan 1.3 device of the host program. figment makes its buffers, pipelines and one timeline semaphore on it and
/// destroys those alone; the handles must outlive the Context and all Generators.
struct HostDevice {
  VkInstance instance = VK_NULL_HANDLE;  ///< made for API version 1.3
  VkPhysicalDevice physical_device = VK_NULL_HANDLE;
  VkDevice device = VK_NULL_HANDLE;
  VkQueue queue = VK_NULL_HANDLE;  ///< computes; figment submits its work here
  std::uint32_t queue_family = 0;
  /// What vkCreateDevice was given as VkDeviceCreateInfo::pNext and pEnabledFeatures; read by Context's constructor
  /// only. Needed: timelineSemaphore, synchronization2, maintenance4. Used if on: storageBuffer16BitAccess,
  /// shaderFloat16, subgroupSizeControl, computeFullSubgroups.
  const void* features = nullptr;
  const VkPhysicalDeviceFeatures* enabled_features = nullptr;
  /// Held by figment around every use of the queue, and to be held by the host around its own, as Vulkan asks of
  /// programs that use a queue from several threads. Never hold it while calling figment. Null: one thread does all.
  std::mutex* queue_mutex = nullptr;
};

/// Pictures on the device: f32 [count, height, width, 3] in [-1, 1], rows from the top.
struct PictureBuffer {
  VkBuffer buffer = VK_NULL_HANDLE;  ///< null while there is nothing yet
  VkDeviceSize offset = 0;           ///< bytes
  int count = 0;
  int width = 0;
  int height = 0;
  std::uint64_t version = 0;  ///< grows when the pixels change
};

/// A place in an image of the host.
struct ImageTarget {
  VkImage image = VK_NULL_HANDLE;              ///< one colour plane, made with VK_IMAGE_USAGE_TRANSFER_DST_BIT
  VkFormat format = VK_FORMAT_R8G8B8A8_UNORM;  ///< R8G8B8A8 or B8G8R8A8, UNORM or SRGB
  VkImageLayout layout = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL;  ///< at that point of the commands; or GENERAL
  VkOffset2D offset{0, 0};                                      ///< pixels, where the picture's corner goes
  int picture = 0;                                              ///< which one of PictureBuffer::count
};

/// The host's device with what all generators on it share. Used by one thread at a time.
class Context {
 public:
  /// `data_folder` is share/figment of an installed figment (weights, shader includes); empty looks beside the
  /// executable, then beside figment's sources. FIGMENT_ASSETS in the environment overrides it for the weights.
  /// Throws std::runtime_error with one sentence: a handle or feature is missing, the queue does not compute.
  explicit Context(const HostDevice& host, const std::string& data_folder = FIGMENT_DATA_FOLDER);

  /// Reaches submitted() when all that figment has submitted so far is done: for a host that goes on with the pictures
  /// on another queue of that family, or on the CPU. On figment's own queue record_copy() has the barriers.
  VkSemaphore timeline() const;
  std::uint64_t submitted() const;
  /// All that figment submits from now on waits until a timeline semaphore of the host reaches `value` (a binary one
  /// is signalled; `value` is 0): for a host that reads the pictures on another queue.
  void wait_for(VkSemaphore semaphore, std::uint64_t value);

 private:
  friend class Generator;
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

/// A model that makes pictures, a bit in every frame of the host. Used by the thread that uses its Context.
class Generator {
 public:
  /// The models that make pictures: "diffusion" (landscapes), "gan", "latent_diffusion" ...
  static std::vector<std::string> families();

  /// `request` is JSON as captures carry it; what is missing keeps its default, and "" is all defaults:
  /// {"figment": 1, "picture": {"sampler": "dpmpp_2m", "steps": 20, "seed": 7, "count": 1, "time_of_day": 0},
  ///  "numbers": {"vae.beta": 2}, "texts": {"latent_diffusion.prompt": "a red house"}}
  /// Loading happens in advance(), too. Throws std::runtime_error: no such family, not a request.
  Generator(Context& context, const std::string& family, const std::string& request = "");
  ~Generator();  ///< waits for the queue
  Generator(Generator&& other) noexcept;
  Generator& operator=(Generator&& other) noexcept;

  /// Begins anew with this request. What was painted stays until the first step.
  void begin(const std::string& request);
  /// Submits work worth about `budget_ms` of device time, without waiting for it; nothing once it is finished. While
  /// weights and kernels are being prepared a call may take longer. Throws std::runtime_error with one sentence.
  void advance(double budget_ms);
  /// All work for the request is submitted: what is recorded from now on sees the finished pictures. Models that go on
  /// and on, such as a walk through what a GAN can make, are never finished.
  bool is_finished() const;
  float fraction() const;      ///< 0..1 of the pictures, 0 while loading
  std::string status() const;  ///< "step 3 of 20", "Preparing kernels, 34 of 80"

  /// Valid until the next begin(), advance() or the end of the generator.
  PictureBuffer pictures() const;
  /// Records, into the host's commands, that the picture as it is by then is written into the host's image: a small
  /// compute shader and vkCmdCopyBufferToImage, with barriers against figment's work before and after. Does nothing
  /// while there is no picture. To be submitted to the same queue before the next begin(), once or several times.
  /// Throws std::runtime_error for a format that it does not know or a picture that is not there.
  void record_copy(VkCommandBuffer commands, const ImageTarget& target);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Writes rows of RGBA bytes, from the top, as a PNG (without the alpha). Throws std::runtime_error if it cannot.
void write_png(const std::string& path, int width, int height, const std::uint8_t* rgba);

}  // namespace figment
