#include "embed/generator.h"

#include <array>
#include <utility>

#include "core/installation.h"
#include "embed/image_writer.h"
#include "formats/png.h"
#include "gpu/host_features.h"
#include "studio/family.h"

namespace figment {

struct Context::Parts {
  explicit Parts(const runtime::ContextOptions& options) : context(options) {}
  runtime::Context context;
};

struct Generator::Parts {
  std::shared_ptr<Context::Parts> shared;  ///< destroyed last
  embed::ImageWriter writer;
  std::unique_ptr<studio::Activity> activity;

  ~Parts() {
    try {
      shared->context.device().wait_idle();
    } catch (const core::Error&) {
      // A lost device runs nothing any more.
    }
  }
};

namespace {

std::shared_ptr<gpu::Device> adopt(const HostDevice& host) {
  gpu::ExternalDevice external;
  external.instance = host.instance;
  external.physical_device = host.physical_device;
  external.device = host.device;
  external.queue = host.queue;
  external.queue_family = host.queue_family;
  external.queue_mutex = host.queue_mutex;
  gpu::read_host_features(host.features, host.enabled_features, external);
  gpu::DeviceOptions options;
  options.external = external;
  return gpu::Device::create(options);
}

const studio::Family& painter_named(const std::string& name) {
  const studio::Family& family = studio::family_named(name, true);
  core::require(family.paints && family.make != nullptr, "{} makes no pictures; choose another model.", name);
  return family;
}

studio::Request request_from(const std::string& json) {
  return json.empty() ? studio::Request{} : studio::request_from_json(json);
}

}  // namespace

Context::Context(const HostDevice& host, const std::string& data_folder) {
  if (!data_folder.empty()) core::set_data_directory(data_folder);
  runtime::ContextOptions options;
  options.shared_device = adopt(host);
  parts_ = std::make_shared<Parts>(options);
}

VkSemaphore Context::timeline() const { return parts_->context.device().queue().timeline(); }

std::uint64_t Context::submitted() const { return parts_->context.device().queue().submitted(); }

void Context::wait_for(VkSemaphore semaphore, std::uint64_t value) {
  // A semaphore's wait holds up all that comes later in the order of submission, not this submission alone.
  const gpu::SemaphoreUse wait{semaphore, value};
  parts_->context.device().queue().submit({}, std::span(&wait, 1));
}

std::vector<std::string> Generator::families() {
  std::vector<std::string> names;
  for (const studio::Family& family : studio::shown_families()) {
    if (family.paints) names.push_back(family.name);
  }
  return names;
}

Generator::Generator(Context& context, const std::string& family, const std::string& request) {
  const studio::Family& painter = painter_named(family);
  const studio::Request wanted = request_from(request);
  runtime::Context& inner = context.parts_->context;
  parts_.reset(new Parts{context.parts_, embed::ImageWriter(inner), painter.make(inner, wanted)});
}

Generator::~Generator() = default;
Generator::Generator(Generator&& other) noexcept = default;
Generator& Generator::operator=(Generator&& other) noexcept = default;

void Generator::begin(const std::string& request) {
  parts_->activity->set_request(request_from(request));
  parts_->activity->restart();
}

void Generator::advance(double budget_ms) {
  if (is_finished()) return;
  parts_->activity->advance(budget_ms);
  const std::string& error = parts_->activity->view().error;
  core::require(error.empty(), "{}", error);
}

bool Generator::is_finished() const { return parts_->activity->view().loading >= 1 && parts_->activity->is_finished(); }

float Generator::fraction() const {
  const studio::View& view = parts_->activity->view();
  return view.loading < 1 ? 0.0F : view.fraction;
}

std::string Generator::status() const {
  const studio::View& view = parts_->activity->view();
  return view.loading < 1 ? view.sentence : view.progress;
}

PictureBuffer Generator::pictures() const {
  const studio::PictureView& view = parts_->activity->view().pictures;
  if (view.memory.owner == nullptr || view.count == 0) return {};
  return {view.memory.buffer, view.memory.offset, view.count, view.width, view.height, view.version};
}

void Generator::record_copy(VkCommandBuffer commands, const ImageTarget& target) {
  const studio::PictureView& view = parts_->activity->view().pictures;
  if (view.memory.owner == nullptr || view.count == 0) return;
  core::require(target.picture >= 0 && target.picture < view.count,
                "There is no picture number {}; there are {} from 0.", target.picture, view.count);
  parts_->writer.record(commands, view.memory, view.width, view.height, target);
}

void write_png(const std::string& path, int width, int height, const std::uint8_t* rgba) {
  core::require(width > 0 && height > 0 && rgba != nullptr, "A picture of {} by {} pixels cannot be written.", width,
                height);
  formats::Picture picture;
  picture.width = width;
  picture.height = height;
  picture.channels = 3;
  const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  picture.pixels.reserve(3 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) picture.pixels.insert(picture.pixels.end(), rgba + 4 * i, rgba + 4 * i + 3);
  formats::write_png(path, picture);
}

}  // namespace figment
