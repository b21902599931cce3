// core.h: what all handles of a process on one database file share above the engine: clock, ids, cache and chores.

#ifndef WAGGLE_DB_CORE_H
#define WAGGLE_DB_CORE_H

#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/ids.h"
#include "engine/engine.h"
#include "engine/side_file.h"
#include "engine/vector_file.h"
#include "engine/words.h"
#include "stores/chores.h"
#include "stores/memory_cache.h"
#include "stores/scope.h"
#include "vector/index_set.h"
#include "vector/memory_search.h"
#include "vector/sql_tables.h"
#include "waggle/options.h"

namespace waggle::db {

// The engine's companion: made with the first handle on a file, destroyed before the file is closed.
class Core {
 public:
  Core(engine::Engine& engine, const Options& options);
  // Writes the access counts that are still buffered, if that is possible within a moment.
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  stores::Shared& shared() { return shared_; }
  const stores::MemoryCache& memory_cache() const { return memory_cache_; }
  vector::SqlTables& sql_tables() { return sql_tables_; }

 private:
  engine::Engine& engine_;
  base::SystemClock clock_;
  base::UuidSource ids_;
  stores::MemoryCache memory_cache_;
  vector::IndexSet vector_indexes_;
  std::unique_ptr<engine::Words> words_;  // nullptr when memory did not suffice for it
  engine::SideFile side_file_;
  std::optional<vector::MemorySearch> memory_search_;
  std::optional<vector::WordFile> vector_words_;
  engine::VectorFile vector_file_;
  vector::SqlTables sql_tables_;
  stores::Chores chores_;
  stores::Shared shared_;
};

}  // namespace waggle::db

#endif  // WAGGLE_DB_CORE_H
