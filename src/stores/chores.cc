// chores.cc: see chores.h.

#include "stores/chores.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "stores/consensus_rows.h"
#include "stores/memory_cache.h"
#include "stores/memory_rows.h"
#include "stores/message_rows.h"

namespace waggle::stores {
namespace {

// What one commit may do besides its writers' work.
constexpr std::size_t kCountsMax = 256;
constexpr std::int64_t kCountedBytesMax = std::int64_t{1} << 20;
constexpr std::int64_t kMemoryMax = 64;
constexpr std::int64_t kMessagesMax = 64;
constexpr std::int64_t kProposalsMax = 64;
constexpr std::int64_t kChangesMax = 1000;

enum class Progress : std::uint8_t { kDone, kUnfinished };

Progress progress(bool done) { return done ? Progress::kDone : Progress::kUnfinished; }

// Writes counts to their rows, in order, until rows of `bytes_max` were rewritten: a row is rewritten whole, its value included. Answers how many
// counts were written. An entry that is gone takes its count with it.
Result<std::size_t> write_counts(sql::Writer& writer, const std::vector<AccessCount>& counts, std::int64_t bytes_max) {
  std::int64_t bytes = 0;
  std::size_t written = 0;
  while (written < counts.size() && bytes < bytes_max) {
    const AccessCount& count = counts[written++];
    bool is_there = false;
    WAGGLE_TRY(writer.query("SELECT id, octet_length(value) FROM memory WHERE rowid = ?1", {count.entry.rowid}, [&](const sql::Row& row) -> Status {
      is_there = EntryTag::tag_of(row.text(0)) == count.entry.id_tag;
      if (is_there) bytes += row.integer(1);
      return {};
    }));
    if (!is_there) continue;
    WAGGLE_TRY(writer.execute("UPDATE memory SET access_count = access_count + ?2 WHERE rowid = ?1", {count.entry.rowid, count.reads}));
  }
  return written;
}

// Deletes the oldest changes: those over the number that is kept, and those that are too old. Numbers have no gaps, so both are ranges of seq.
Result<Progress> trim_changes(Writing& writing, const ChangeLogLimits& limits) {
  struct Range {
    std::int64_t oldest = 0;
    std::int64_t newest = 0;
    Timestamp oldest_at;
  };
  WAGGLE_ASSIGN_OR_RETURN(const auto range,
                          writing.sql.query_one("SELECT seq, (SELECT max(seq) FROM changes), at FROM changes ORDER BY seq LIMIT 1", {},
                                                [](const sql::Row& row) { return Range{row.integer(0), row.integer(1), row.timestamp(2)}; }));
  if (!range) return Progress::kDone;
  const std::int64_t reach = range->oldest + kChangesMax;
  std::int64_t keep_from = range->oldest;
  if (limits.changes_count_max > 0) keep_from = std::max(keep_from, range->newest - limits.changes_count_max + 1);
  const Timestamp cutoff = writing.now - limits.changes_age_max;
  if (keep_from < reach && range->oldest_at < cutoff) {
    // The first that is young enough. Clocks of several machines wrote the times, so they need not rise; what comes after it stays.
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t young,
                            writing.sql.query_integer("SELECT seq FROM changes WHERE seq < ?1 AND at >= ?2 ORDER BY seq LIMIT 1", {reach, cutoff}));
    keep_from = std::max(keep_from, young != 0 ? young : reach);
  }
  keep_from = std::min(keep_from, reach);
  if (keep_from > range->oldest) WAGGLE_TRY(writing.sql.execute("DELETE FROM changes WHERE seq < ?1", {keep_from}));
  return progress(keep_from < reach);
}

}  // namespace

Status Chores::before_commit(sql::Writer& writer) {
  if (flushed_all_) return {};
  // Still in flight: their commit failed.
  cache_.end_flush(in_flight_, FlushOutcome::kLost);
  in_flight_.clear();
  const Timestamp now = clock_.now();
  // A clock that was set back makes the chores due as well.
  if (done_at_ && !unfinished_ && now >= *done_at_ && now < *done_at_ + kInterval) return {};
  done_at_ = now;
  unfinished_ = false;
  const std::optional<std::string> nobody;
  Writing writing{writer, now, nobody, ids_};
  const Status done = do_chores(writing);
  if (!done) {
    cache_.end_flush(in_flight_, FlushOutcome::kLost);
    in_flight_.clear();
  }
  return done;
}

Status Chores::do_chores(Writing& writing) {
  cache_.begin_flush(kCountsMax, in_flight_);
  const bool all_counts = in_flight_.size() < kCountsMax;
  WAGGLE_ASSIGN_OR_RETURN(const std::size_t written, write_counts(writing.sql, in_flight_, kCountedBytesMax));
  const bool wrote_all = written == in_flight_.size();
  cache_.end_flush(std::span(in_flight_).subspan(written), FlushOutcome::kLost);
  in_flight_.resize(written);

  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t swept, sweep_expired_memory(writing, {.rows_max = kMemoryMax, .agent_id = {}}));
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t messages, sweep_messages(writing, kMessagesMax));
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t decided, decide_overdue(writing, kProposalsMax));
  WAGGLE_ASSIGN_OR_RETURN(const Progress changes, trim_changes(writing, limits_));
  unfinished_ =
      !all_counts || !wrote_all || swept == kMemoryMax || messages == kMessagesMax || decided == kProposalsMax || changes == Progress::kUnfinished;
  return {};
}

void Chores::after_commit(const sql::Commit& commit) {
  // First the cache: see MemoryCache::begin_flush.
  cache_.after_commit(commit);
  cache_.end_flush(in_flight_, FlushOutcome::kWritten);
  in_flight_.clear();
  flushed_all_ = false;
}

Status Chores::flush_access_counts(sql::Writer& writer) {
  flushed_all_ = true;
  cache_.end_flush(in_flight_, FlushOutcome::kLost);
  in_flight_.clear();
  cache_.begin_flush(std::numeric_limits<std::size_t>::max(), in_flight_);
  WAGGLE_TRY(write_counts(writer, in_flight_, std::numeric_limits<std::int64_t>::max()));
  return {};
}

bool Chores::has_access_counts() const { return cache_.has_reads(); }

}  // namespace waggle::stores
