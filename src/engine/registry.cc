// registry.cc: see registry.h.

#include "engine/registry.h"

namespace waggle::engine {
Registry& Registry::instance() {
  static Registry registry;
  return registry;
}

}  // namespace waggle::engine
