// render_database.cc: the database itself: what it is, how large, and whether it is sound.

#include "cli/render.h"

namespace waggle::cli {

Record render(const DatabaseInfo& info) {
  Record record;
  record.text("path", info.path).text("id", info.id).integer("schema_version", info.schema_version);
  return record;
}

Record render(const DatabaseStats& stats) {
  Record rows;
  for (const auto& [table, count] : stats.rows) rows.integer(table, count);
  Record changes;
  changes.integer("oldest", stats.changes.oldest).integer("newest", stats.changes.newest);
  Record cache;
  cache.integer("entries", stats.cache_entries).integer("bytes", stats.cache_bytes).integer("hits", stats.cache_hits);
  cache.integer("misses", stats.cache_misses);

  Record record;
  record.integer("file_bytes", stats.file_bytes).integer("wal_bytes", stats.wal_bytes).integer("page_count", stats.page_count);
  record.integer("free_page_count", stats.free_page_count).record("rows", rows).record("changes", changes).record("cache", cache);
  record.integer("commits", stats.commits).integer("committed_writes", stats.committed_writes).integer("checkpoints", stats.checkpoints);
  record.seconds("oldest_reader_age_s", stats.oldest_reader_age);
  return record;
}

Record render(const CheckReport& report) {
  Record record;
  record.boolean("ok", report.problems.empty()).texts("problems", report.problems);
  return record;
}

}  // namespace waggle::cli
