// registry.h: which files this process has open. POSIX locks belong to a process, so what keeps them safe has to be known to the whole process.

#ifndef WAGGLE_ENGINE_REGISTRY_H
#define WAGGLE_ENGINE_REGISTRY_H

#include <cstdint>
#include <map>
#include <memory>

#include "base/mutex.h"
#include "engine/database_file.h"

namespace waggle::engine {

class Engine;

// The open engines by file.
struct Registry {
  struct Entry {
    std::weak_ptr<Engine> engine;  // expired while the engine is being closed
    const Engine* address = nullptr;
    std::uint32_t fork_generation = 0;
  };

  static Registry& instance();

  base::Mutex mutex;      // never held while a file is opened or closed
  base::CondVar changed;  // an engine was closed, and its entry is gone; or an opening has ended
  std::map<FileId, Entry> entries WAGGLE_GUARDED_BY(mutex);
  bool is_opening WAGGLE_GUARDED_BY(mutex) = false;  // one thread at a time opens, so that nobody looks into a file that is just being opened
};

}  // namespace waggle::engine

#endif  // WAGGLE_ENGINE_REGISTRY_H
