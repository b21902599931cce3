// database.cc: Database of waggle/database.h: builds the object graph and passes calls on.

#include "waggle/database.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/deadline.h"
#include "base/result.h"
#include "db/core.h"
#include "db/invariants.h"
#include "engine/engine.h"
#include "schema/runner.h"
#include "schema/steps.h"
#include "stores/scope.h"
#include "waggle/waggle.h"

namespace waggle {

// Bottom up: the engine owns the core, whose parts refer to the engine.
struct Database::Impl {
  Options options;
  std::shared_ptr<engine::Engine> engine;
  db::Core* core = nullptr;
  DatabaseInfo info;

  base::Deadline deadline(const SessionOptions& session) const {
    return base::Deadline::after(session.timeout.value_or(options.timeout), session.stop);
  }
  // For what takes as long as the file is large: an hour at least, unless the session says less.
  base::Deadline long_deadline(const SessionOptions& session) const {
    return base::Deadline::after(session.timeout.value_or(std::max<Duration>(options.timeout, std::chrono::hours(1))), session.stop);
  }
};

namespace {

engine::EngineOptions engine_options(const Options& options) {
  engine::EngineOptions engine;
  engine.path = options.path;
  engine.open_mode = options.open_mode;
  engine.durability = options.durability;
  engine.readers_max = options.max_connections;
  engine.page_cache_bytes = options.page_cache_bytes;
  engine.checkpoint_bytes = options.checkpoint_bytes;
  for (const std::string_view table : schema::table_names()) engine.protected_tables.emplace_back(table);
  engine.make_companion = [options](engine::Engine& opened) { return std::make_shared<db::Core>(opened, options); };
  engine.log = options.log;
  return engine;
}

// The schema knows no files: its own errors get the name here.
Error name_file(const Error& error, const std::string& path) {
  if (error.message().find(path) != std::string::npos) return error;
  return Error(error.code(), path + ": " + error.message(), error.hint(), error.file(), error.line()).with_sqlite_code(error.sqlite_code());
}

// Counts the rows of each table of ours. A full count of a large table takes time; it is what `stats` is asked for.
Status count_rows(sql::Reader& reader, std::map<std::string, std::int64_t>& rows) {
  return reader.query(
      "SELECT 'swarms', count(*) FROM swarms UNION ALL SELECT 'agents', count(*) FROM agents UNION ALL SELECT 'tasks', count(*) FROM tasks "
      "UNION ALL SELECT 'memory', count(*) FROM memory UNION ALL SELECT 'messages', count(*) FROM messages "
      "UNION ALL SELECT 'proposals', count(*) FROM proposals UNION ALL SELECT 'consensus', count(*) FROM consensus "
      "UNION ALL SELECT 'changes', count(*) FROM changes",
      {}, [&](const sql::Row& row) -> Status {
        rows[row.string(0)] = row.integer(1);
        return {};
      });
}

}  // namespace

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const Options& options) {
  WAGGLE_TRY(options.validate());
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  WAGGLE_ASSIGN_OR_RETURN(impl->engine, engine::Engine::open(engine_options(options), impl->deadline({})));
  impl->core = static_cast<db::Core*>(impl->engine->companion().get());
  const stores::Shared& shared = impl->core->shared();
  const schema::NewIdentity fresh{shared.ids.next(), shared.clock.now()};
  auto identity = schema::bring_up_to_date(*impl->engine, fresh, impl->deadline({}));
  if (!identity) return name_file(identity.error(), impl->engine->path());
  impl->info = {impl->engine->path(), std::move(identity->id), identity->version};
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Session Database::as(std::string agent, const SessionOptions& options) const {
  stores::Caller caller;
  if (!agent.empty()) caller.actor = std::move(agent);
  caller.timeout = options.timeout.value_or(impl_->options.timeout);
  caller.stop = options.stop;
  return Session(std::make_unique<const stores::Scope>(impl_->core->shared(), std::move(caller)));
}

Result<ResultSet> Database::sql(const SqlQuery& query, const SessionOptions& options) const {
  sql::UntrustedStatement statement;
  statement.text = query.text;
  statement.parameters = query.parameters;
  statement.access = query.access == SqlQuery::Access::kWrite ? sql::UntrustedStatement::Access::kWrite : sql::UntrustedStatement::Access::kRead;
  statement.rows_max = query.rows_max;
  const base::Deadline deadline = impl_->deadline(options);
  Result<ResultSet> answer = impl_->engine->run_untrusted(statement, deadline);
  if (answer || !engine::names_vector_table(answer.error())) return answer;
  if (query.access == SqlQuery::Access::kWrite) {
    return Error(Code::kReadOnly, "a statement that may write cannot name tables of vec, which are made from the collections",
                 "read them by a statement that only reads; to change a collection, use the vector store or `waggle vector add`");
  }
  return impl_->core->sql_tables().run(statement, deadline);
}

const DatabaseInfo& Database::info() const { return impl_->info; }

Result<DatabaseStats> Database::stats(const SessionOptions& options) const {
  const base::Deadline deadline = impl_->long_deadline(options);
  WAGGLE_ASSIGN_OR_RETURN(const engine::EngineStats engine, impl_->engine->stats(deadline));
  DatabaseStats stats;
  stats.file_bytes = engine.file_bytes;
  stats.wal_bytes = engine.wal_bytes;
  stats.page_count = engine.page_count;
  stats.free_page_count = engine.free_page_count;
  stats.commits = engine.commits;
  stats.committed_writes = engine.committed_writes;
  stats.checkpoints = engine.checkpoints;
  stats.oldest_reader_age = engine.oldest_reader_age;
  const stores::MemoryCache::Stats cache = impl_->core->memory_cache().stats();
  stats.cache_entries = cache.entries;
  stats.cache_bytes = cache.bytes;
  stats.cache_hits = cache.hits;
  stats.cache_misses = cache.misses;
  WAGGLE_TRY(impl_->engine->read(deadline, [&](sql::Reader& reader) { return count_rows(reader, stats.rows); }));
  WAGGLE_ASSIGN_OR_RETURN(stats.changes, as({}, options).changes().range());
  return stats;
}

Result<CheckReport> Database::check(const SessionOptions& options) const {
  const base::Deadline deadline = impl_->long_deadline(options);
  CheckReport report;
  WAGGLE_ASSIGN_OR_RETURN(report.problems, impl_->engine->check(deadline));
  // The invariants ask whole tables; on a damaged file their answers would only repeat the damage.
  if (!report.problems.empty()) return report;
  WAGGLE_TRY(impl_->engine->read(deadline, [&](sql::Reader& reader) { return db::check_invariants(reader, report.problems); }));
  return report;
}

Result<std::int64_t> Database::backup(const Backup& backup, const SessionOptions& options) const {
  engine::Engine::BackupOptions copy;
  copy.path = backup.path;
  copy.if_exists = backup.if_exists == Backup::IfExists::kReplace ? engine::Engine::BackupOptions::IfExists::kReplace
                                                                  : engine::Engine::BackupOptions::IfExists::kRefuse;
  copy.progress = backup.progress;
  return impl_->engine->backup(copy, impl_->long_deadline(options));
}

std::string_view version() { return WAGGLE_VERSION; }

std::string_view engine_version() {
  static const std::string text = engine::engine_version();
  return text;
}

}  // namespace waggle
