// changes.cc: see waggle/changes.h.

#include "waggle/changes.h"

#include <algorithm>
#include <utility>

#include "stores/names.h"
#include "stores/scope.h"

namespace waggle {
namespace {

using stores::Reading;

constexpr std::int64_t kBatchMax = 1'000;

constexpr stores::Names<Entity, 9> kEntities = {{{Entity::kSwarm, "swarm"},
                                                 {Entity::kAgent, "agent"},
                                                 {Entity::kTask, "task"},
                                                 {Entity::kMemory, "memory"},
                                                 {Entity::kMessage, "message"},
                                                 {Entity::kProposal, "proposal"},
                                                 {Entity::kVote, "vote"},
                                                 {Entity::kCollection, "collection"},
                                                 {Entity::kVector, "vector"}}};

// Numbers are never given again, so sqlite_sequence knows the newest one also when all rows were trimmed away.
Result<ChangeRange> read_range(Reading& reading) {
  WAGGLE_ASSIGN_OR_RETURN(std::optional<ChangeRange> found,
                          reading.sql.query_one("SELECT (SELECT min(seq) FROM changes), (SELECT seq FROM sqlite_sequence WHERE name = 'changes')", {},
                                                [](const sql::Row& row) {
                                                  ChangeRange range;
                                                  range.newest = row.integer(1);
                                                  range.oldest = row.is_null(0) ? range.newest + 1 : row.integer(0);
                                                  return range;
                                                }));
  return found.value_or(ChangeRange{});
}

Status check_kept(const ChangeRange& range, std::int64_t position) {
  if (position >= range.oldest) return {};
  const std::string oldest = std::to_string(range.oldest);
  return Error(Code::kStale, "the change log was trimmed past change " + std::to_string(position) + "; the oldest that is kept is " + oldest,
               "go on from " + oldest + " after reading anew what the changes were watched for");
}

Result<Change> read_change(const sql::Row& row) {
  const std::optional<Entity> entity = parse_entity(row.text(2));
  if (!entity) return Error(Code::kCorruption, "the change log names a kind of thing that does not exist", "run `waggle check`");
  return Change{.seq = row.integer(0),
                .at = row.timestamp(1),
                .entity = *entity,
                .entity_id = row.string(3),
                .op = row.string(4),
                .actor = row.optional_string(5)};
}

// The entities to show, each between commas, as the query below looks them up; empty shows all.
std::string filter_text(const ChangeFilter& filter) {
  std::string text;
  for (const Entity entity : filter.entities) text.append(",").append(to_string(entity)).append(",");
  return text;
}

struct Batch {
  std::vector<Change> changes;
  std::int64_t position = 0;  // where the next batch begins
};

Result<Batch> read_batch(Reading& reading, std::int64_t position, const ChangeFilter& filter) {
  WAGGLE_ASSIGN_OR_RETURN(const ChangeRange range, read_range(reading));
  WAGGLE_TRY(check_kept(range, position));
  Batch batch;
  WAGGLE_ASSIGN_OR_RETURN(batch.changes,
                          reading.sql.query_all("SELECT seq, at, entity, entity_id, op, actor FROM changes"
                                                " WHERE seq >= ?1 AND (?2 = '' OR instr(?2, ',' || entity || ',') > 0) ORDER BY seq LIMIT ?3",
                                                {position, filter_text(filter), kBatchMax}, read_change));
  // A full batch may have left matches behind; any other has looked at everything there is.
  const bool is_full = static_cast<std::int64_t>(batch.changes.size()) == kBatchMax;
  batch.position = is_full ? batch.changes.back().seq + 1 : std::max(position, range.newest + 1);
  return batch;
}

}  // namespace

std::string_view to_string(Entity entity) { return stores::name_of(kEntities, entity); }
std::optional<Entity> parse_entity(std::string_view name) { return stores::value_of(kEntities, name); }

Watcher::Watcher(const stores::Scope& scope, std::int64_t position, ChangeFilter filter)
    : scope_(&scope), position_(position), filter_(std::move(filter)) {}

Result<std::vector<Change>> Watcher::next(Duration timeout) {
  const base::Deadline deadline = base::Deadline::after(timeout, scope_->stop());
  for (;;) {
    // Asked before the read: a commit that comes after the read then ends the wait at once.
    const sql::Version seen = scope_->executor().version();
    WAGGLE_ASSIGN_OR_RETURN(Batch batch, scope_->read([&](Reading& reading) { return read_batch(reading, position_, filter_); }));
    position_ = batch.position;
    if (!batch.changes.empty()) return std::move(batch.changes);
    if (deadline.stop().stop_requested()) return deadline.error("changes", {});
    // Nothing can come while the caller's own transaction stands still.
    if (scope_->is_bound() || deadline.passed()) return std::vector<Change>();
    WAGGLE_TRY(scope_->executor().wait_for_change(seen, deadline));
  }
}

Result<Watcher> ChangeLog::watch(std::optional<std::int64_t> from, ChangeFilter filter) {
  if (from && *from < 0) return Error(Code::kInvalidArgument, "changes are numbered from 1", "leave the start out to begin at the oldest");
  WAGGLE_ASSIGN_OR_RETURN(const ChangeRange kept, range());
  const std::int64_t position = std::max<std::int64_t>(from.value_or(kept.oldest), 1);
  WAGGLE_TRY(check_kept(kept, position));
  return Watcher(*scope_, position, std::move(filter));
}

Result<ChangeRange> ChangeLog::range() {
  return scope_->read([](Reading& reading) { return read_range(reading); });
}

}  // namespace waggle
