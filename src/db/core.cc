// core.cc: see core.h.

#include "db/core.h"

namespace waggle::db {
namespace {

constexpr auto kFlushTimeMax = std::chrono::milliseconds(250);

}  // namespace

Core::Core(engine::Engine& engine, const Options& options)
    : engine_(engine),
      ids_(clock_),
      memory_cache_(options.cache_bytes),
      vector_indexes_({.bytes_max = options.index_bytes, .database_path = engine.is_read_only() ? std::string() : engine.path()}, engine.log()),
      side_file_(engine.is_read_only() ? std::string() : engine.path() + "-index"),
      vector_file_(engine, engine.is_read_only() ? std::string() : engine.path() + "-vec0"),
      sql_tables_(vector_file_, engine.log(), options.index_bytes),
      chores_(clock_, ids_, memory_cache_, {.changes_age_max = options.changes_age_max, .changes_count_max = options.changes_count_max}),
      shared_{engine, clock_, ids_, memory_cache_, vector_indexes_} {
  engine.set_observer(&chores_);
  if (auto words = engine::Words::create()) {
    words_ = *std::move(words);
    memory_search_.emplace(*words_, side_file_, engine.log(), options.index_bytes);
    shared_.memory_search = &*memory_search_;
    vector_words_.emplace(*words_, side_file_, engine.log(), vector::kVectorWords);
    shared_.vector_words = &*vector_words_;
  }
}

Core::~Core() {
  engine_.set_observer(nullptr);
  if (!chores_.has_access_counts()) return;
  // A counter is worth no long wait for other writers; but no time at all would be too short for the statements themselves.
  (void)engine_.write(base::Deadline::after(kFlushTimeMax), [this](sql::Writer& writer) { return chores_.flush_access_counts(writer); }).has_value();
}

}  // namespace waggle::db
