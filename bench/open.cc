// open.cc: opening a database and the first read. See core_rows.h.

#include "core_rows.h"
#include "raw_sqlite.h"

namespace waggle::bench {

void measure_open(Run& run) {
  if (!run.wants("open")) return;
  const PinnedToCore pinned;
  const std::string path = run.folder.file("opened.db");
  make_database(path, 1000);
  const Key key = key_of(17);
  constexpr int kOpens = 40;
  const auto p50 = [](auto&& open_and_get) {
    std::vector<double> each;
    for (int i = 0; i < kOpens; ++i) {
      const double begin = seconds();
      // Its answer is what is to be closed, outside of the measured time.
      const auto opened = open_and_get();
      each.push_back((seconds() - begin) * 1e9);
    }
    return median(each);
  };
  const Comparison found = compare(
      run.turns,
      [&] {
        return p50([&] {
          auto raw = std::make_unique<RawDatabase>(path);
          MemoryEntry entry;
          if (!RawGet(*raw)(key.view(), entry)) throw std::runtime_error("an entry that was stored is not there");
          return raw;
        });
      },
      [&] {
        return p50([&] {
          auto database = Database::open(options_for(path)).value();
          keep(database->as("reader").memory().get(key.view()).value());
          return database;
        });
      });
  run.folder.remove("opened.db");
  run.rows["open"] = {.ratio = 1 / found.ratio, .details = {{"raw_us", found.baseline / 1000}, {"waggle_us", found.candidate / 1000}}};
}

}  // namespace waggle::bench
