// How to put figment into a program of one's own: paint four landscapes at sunset into a PNG.
#include <chrono>
#include <cstdio>
#include <exception>
#include <thread>

#include "studio/picture_generator.h"

int main(int argc, char** argv) {
  namespace studio = figment::studio;
  try {
    // A device is chosen here; Context takes a device of yours as well (ContextOptions::shared_device).
    figment::runtime::Context context;
    studio::PictureGenerator generator(context, studio::load_landscape_network(), 4);

    studio::PictureRequest request;
    request.count = 4;
    request.steps = 20;
    request.sampler = "dpmpp_2m";
    request.time_of_day = 0;  // sunset

    generator.begin(request);
    while (!generator.is_finished()) {
      generator.advance(4.0);  // submits about 4 ms of device time at most, and does not wait
      std::this_thread::sleep_for(std::chrono::milliseconds(4));  // here is the rest of your frame
    }
    // On the device the pictures lie in generator.pictures_memory(), f32 [4, 64, 64, 3]; here we read them back.
    const std::vector<float> pixels = generator.read_pixels();
    const auto sheet = studio::contact_sheet(pixels, 4, generator.side(), 4, 4, 8);
    figment::formats::write_png(argc > 1 ? argv[1] : "landscapes.png", sheet);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
