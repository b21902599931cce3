// subject.cc: see subject.h.

#include "subject.h"

#include <unistd.h>

#include <stdexcept>
#include <system_error>
#include <vector>

#include "raw_sqlite.h"

namespace waggle::bench {

Folder::Folder(const std::string& parent) {
  std::string name = parent + "/waggle-bench-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error(parent + ": no folder can be made here");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Folder::remove(const std::string& name) const {
  for (const char* suffix : {"", "-wal", "-shm", "-lock"}) std::filesystem::remove(path_ / (name + suffix));
}

Options options_for(const std::string& path) {
  Options options;
  options.path = path;
  options.timeout = std::chrono::seconds(60);
  return options;
}

std::unique_ptr<Database> open_new(const Options& options) {
  Options fresh = options;
  fresh.open_mode = OpenMode::kCreateNew;
  return Database::open(fresh).value();
}

void fill(Database& database, std::int64_t count) {
  constexpr std::int64_t kBatch = 10'000;
  const Session session = database.as("filler");
  // By agent, so that the index on (agent, key) grows at its right edges: the quickest way, and the same database.
  std::vector<PutMemory> batch;
  for (std::int64_t agent = 0; agent < kAgents; ++agent) {
    for (std::int64_t i = agent; i < count; i += kAgents) {
      batch.push_back({.agent_id = agent_name(i), .key = key_name(i), .value = Json(value_200())});
      if (static_cast<std::int64_t>(batch.size()) < kBatch) continue;
      session.memory().put_many(batch).value();
      batch.clear();
    }
  }
  if (!batch.empty()) session.memory().put_many(batch).value();
}

void make_database(const std::string& path, std::int64_t count) {
  Options options = options_for(path);
  options.durability = Durability::kOff;
  options.cache_bytes = 0;
  {
    const auto database = open_new(options);
    fill(*database, count);
  }
  RawDatabase(path, Sync::kOff).run("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace waggle::bench
