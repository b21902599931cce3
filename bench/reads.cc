// reads.cc: memory.get against a raw prepared statement. See core_rows.h.

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core_rows.h"
#include "raw_sqlite.h"

namespace waggle::bench {
namespace {

constexpr std::int64_t kFew = 10'000;
constexpr std::int64_t kMany = 100'000;
constexpr std::int64_t kHuge = 10'000'000;
constexpr std::int64_t kReadsABlock = 4000;

std::vector<Key> keys_of(std::int64_t count) {
  std::vector<Key> keys;
  keys.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) keys.push_back(key_of(i));
  return keys;
}

// Chooses the keys of a block of reads before it is timed, and lays them side by side: what is measured is the read, not how the benchmark finds
// its own keys in memory.
class KeySequence {
 public:
  using Next = std::function<std::size_t()>;  // the place of the next one in `keys`

  KeySequence(const std::vector<Key>& keys, Next next) : keys_(keys), next_(std::move(next)) { block_.resize(kReadsABlock); }

  void prepare() {
    for (Key& key : block_) key = keys_[next_()];
  }
  MemoryKey operator[](std::int64_t i) const { return block_[static_cast<std::size_t>(i)].view(); }

 private:
  const std::vector<Key>& keys_;
  Next next_;
  std::vector<Key> block_;
};

// A walk over so many places in an order without locality.
KeySequence::Next walk_over(std::size_t count) {
  constexpr std::size_t kStride = 7919;  // a prime that divides no number of keys used here
  return [count, place = std::size_t{0}]() mutable { return place = (place + kStride) % count; };
}

void must_find(bool found) {
  if (!found) throw std::runtime_error("an entry that was stored is not there");
}

Block raw_block(RawGet& get, KeySequence& keys, MemoryEntry& entry) {
  return [&] {
    keys.prepare();
    return nanoseconds_each(kReadsABlock, [&](std::int64_t i) { must_find(get(keys[i], entry)); });
  };
}

double waggle_block(MemoryStore memory, KeySequence& keys, MemoryEntry& entry) {
  keys.prepare();
  return nanoseconds_each(kReadsABlock, [&](std::int64_t i) { entry = memory.get(keys[i]).value(); });
}

Row row_of(const Comparison& found) {
  return {.ratio = found.ratio,
          .details = {{"raw_ns", found.baseline}, {"waggle_ns", found.candidate}, {"worst_repeat", *std::ranges::min_element(found.ratios)}}};
}

void measure_uncached(Run& run, const std::string& path, const std::vector<Key>& keys) {
  Options options = options_for(path);
  options.cache_bytes = 0;
  const auto database = Database::open(options).value();
  const Session session = database->as("reader");
  RawDatabase raw(path);
  RawGet raw_get(raw);
  KeySequence walk(keys, walk_over(keys.size()));
  MemoryEntry entry;
  if (run.wants("get_vs_raw")) {
    run.rows["get_vs_raw"] = row_of(compare(run.turns, raw_block(raw_get, walk, entry), [&] { return waggle_block(session.memory(), walk, entry); }));
  }
  if (run.wants("get_in_snapshot")) {
    const Block in_transaction = [&] {
      raw.run("BEGIN");
      const double cost = raw_block(raw_get, walk, entry)();
      raw.run("COMMIT");
      return cost;
    };
    run.rows["get_in_snapshot"] = row_of(compare(run.turns, in_transaction, [&] {
      double cost = 0;
      const Status done = session.snapshot([&](Session& inside) -> Status {
        cost = waggle_block(inside.memory(), walk, entry);
        return {};
      });
      done.value();
      return cost;
    }));
  }
}

void measure_cached(Run& run, const std::string& path, const std::vector<Key>& keys) {
  const std::vector<std::uint32_t> places = zipf_places(std::size_t{1} << 18, static_cast<std::uint32_t>(keys.size()), 0.99, 42);
  const auto database = Database::open(options_for(path)).value();
  const Session session = database->as("reader");
  MemoryStore memory = session.memory();
  RawDatabase raw(path);
  RawGet raw_get(raw);
  MemoryEntry entry;
  std::size_t at = 0;
  KeySequence sequence(keys, [&] { return places[at++ & (places.size() - 1)]; });
  for (const std::uint32_t place : places) entry = memory.get(keys[place].view()).value();
  const DatabaseStats before = database->stats().value();
  Row row = row_of(compare(run.turns, raw_block(raw_get, sequence, entry), [&] { return waggle_block(memory, sequence, entry); }));
  const DatabaseStats after = database->stats().value();
  const auto hits = static_cast<double>(after.cache_hits - before.cache_hits);
  row.details.emplace_back("hits_percent", 100 * hits / (hits + static_cast<double>(after.cache_misses - before.cache_misses)));
  run.rows["cached_get_vs_raw"] = row;
}

}  // namespace

double control_ratio(Run& run) {
  if (!std::filesystem::exists(run.folder.file("few.db"))) make_database(run.folder.file("few.db"), kFew);
  const PinnedToCore pinned;
  const std::vector<Key> keys = keys_of(kFew);
  RawDatabase raw(run.folder.file("few.db"));
  RawGet raw_get(raw);
  KeySequence walk(keys, walk_over(keys.size()));
  MemoryEntry entry;
  return compare(run.turns, raw_block(raw_get, walk, entry), raw_block(raw_get, walk, entry)).ratio;
}

void measure_reads(Run& run) {
  const PinnedToCore pinned;
  if (run.wants("get_vs_raw") || run.wants("get_in_snapshot")) {
    if (!std::filesystem::exists(run.folder.file("few.db"))) make_database(run.folder.file("few.db"), kFew);
    measure_uncached(run, run.folder.file("few.db"), keys_of(kFew));
  }
  if (run.wants("cached_get_vs_raw")) {
    make_database(run.folder.file("many.db"), kMany);
    measure_cached(run, run.folder.file("many.db"), keys_of(kMany));
    run.folder.remove("many.db");
  }
}

namespace {

// A database of which entries are read one by one, anywhere, each read timed by itself.
class Scattered {
 public:
  Scattered(const std::string& path, std::int64_t entries) : entries_(entries), options_(options_for(path)), raw_(path), raw_get_(raw_) {
    options_.cache_bytes = 0;
    database_ = Database::open(options_).value();
  }
  // The median of a block, in nanoseconds.
  double p50() {
    const Session session = database_->as("reader");
    MemoryStore memory = session.memory();
    return p50_of([&](const MemoryKey& key) { keep(memory.get(key).value()); });
  }
  double raw_p50() {
    return p50_of([&](const MemoryKey& key) { must_find(raw_get_(key, entry_)); });
  }
  double megabytes() { return static_cast<double>(database_->stats().value().file_bytes) / 1e6; }

 private:
  template <typename Read>
  double p50_of(Read&& read) {
    std::vector<double> each;
    each.reserve(kReadsABlock);
    for (std::int64_t i = 0; i < kReadsABlock; ++i) {
      random_ ^= random_ << 13, random_ ^= random_ >> 7, random_ ^= random_ << 17;
      const Key key = key_of(static_cast<std::int64_t>(random_ % static_cast<std::uint64_t>(entries_)));
      time_each(1, each, [&](std::int64_t) { read(key.view()); });
    }
    return median(each);
  }

  std::int64_t entries_;
  Options options_;
  std::unique_ptr<Database> database_;
  RawDatabase raw_;
  RawGet raw_get_;
  MemoryEntry entry_;
  std::uint64_t random_ = 88172645463325252U;
};

}  // namespace

void measure_scale(Run& run) {
  if (!run.wants("scale")) return;
  const PinnedToCore pinned;
  make_database(run.folder.file("small.db"), kFew);
  const double begin = seconds();
  make_database(run.folder.file("huge.db"), kHuge);
  const double fill_seconds = seconds() - begin;
  {
    Scattered small(run.folder.file("small.db"), kFew);
    Scattered huge(run.folder.file("huge.db"), kHuge);
    const Comparison found = compare(run.turns, [&] { return small.p50(); }, [&] { return huge.p50(); });
    // What the engine alone makes of the same reads: context, not part of the row.
    const Comparison raw = compare(run.turns, [&] { return small.raw_p50(); }, [&] { return huge.raw_p50(); });
    run.rows["scale"] = {.ratio = 1 / found.ratio,
                         .details = {{"p50_ns_10k", found.baseline},
                                     {"p50_ns_10M", found.candidate},
                                     {"raw_p50_ns_10k", raw.baseline},
                                     {"raw_p50_ns_10M", raw.candidate},
                                     {"file_MB", huge.megabytes()},
                                     {"fill_seconds", fill_seconds}}};
  }
  run.folder.remove("small.db");
  run.folder.remove("huge.db");
}

}  // namespace waggle::bench
