#include "app/parts/part.h"

namespace figment::app {

PartHits draw_content(const PartCanvas& canvas, const studio::TreeView& tree) {
  (void)tree;
  return {canvas.area, {}, {}};
}

}  // namespace figment::app
