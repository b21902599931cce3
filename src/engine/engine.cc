// engine.cc: see engine.h. Opening and closing; the calls that only pass on.

#include "engine/engine.h"

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

#include "base/fork_generation.h"
#include "engine/checkpoint.h"
#include "engine/connection.h"
#include "engine/database_file.h"
#include "engine/group_commit.h"
#include "engine/reader_pool.h"
#include "engine/registry.h"
#include "engine/sqlite_error.h"
#include "engine/wal_index.h"
#include "engine/write_lock.h"

namespace waggle::engine {
namespace {

// A WAL at least so large is copied into the main file when the last handle is closed. A smaller one is left: the next process to open the file
// reads it in well under a millisecond, and a command that writes one row need not sync the main file as well.
constexpr std::int64_t kCheckpointOnCloseBytes = 256 << 10;
// Programs that are not Waggle ring no bell: whoever waits for a change looks at the wal-index at least this often.
constexpr auto kForeignCommitCheck = std::chrono::milliseconds(50);
// The same where the lock file, and with it the bell, cannot be opened for lack of rights.
constexpr auto kCheckWithoutBell = std::chrono::milliseconds(5);

class SnapshotReader final : public sql::Reader {
 public:
  explicit SnapshotReader(Connection& connection) : connection_(connection) {}
  Status query(sql::Text text, sql::Args args, sql::RowSink sink) override { return connection_.query(text, args, sink); }

 private:
  Connection& connection_;
};

Error already_exists(const std::string& path) {
  return Error(Code::kAlreadyExists, path + ": there is a database already", "name another file, or use this one");
}

Error not_found(const std::string& path) {
  return Error(Code::kNotFound, path + ": there is no database", "make one with `waggle init`, or name the right file");
}

// May a file in this state be opened, or made, as the open mode says?
Status allow(const FileState& state, const EngineOptions& options) {
  const bool is_there = state.kind == FileKind::kWaggle || state.kind == FileKind::kWaggleNotWal;
  if (is_there && options.open_mode == OpenMode::kCreateNew) return already_exists(options.path);
  if (!is_there && options.open_mode == OpenMode::kExisting) return not_found(options.path);
  return {};
}

// The part of it that needs the write lock. What was seen before it was held counts for nothing: another process may have been quicker.
Status prepare_under_lock(const EngineOptions& options, const base::Deadline& deadline) {
  WAGGLE_ASSIGN_OR_RETURN(FileState state, inspect_file(options.path));
  if (state.kind == FileKind::kUnsettled) {
    WAGGLE_TRY(play_back_journal(options.path, deadline));
    WAGGLE_ASSIGN_OR_RETURN(state, inspect_file(options.path, Journal::kPlayedBack));
  }
  WAGGLE_TRY(allow(state, options));
  return state.kind == FileKind::kWaggle ? Status() : make_database(options.path, state, deadline);
}

// Makes sure that there is a Waggle database in WAL mode at options.path, as options.open_mode allows.
Status prepare_file(const EngineOptions& options, const base::Deadline& deadline) {
  WAGGLE_ASSIGN_OR_RETURN(const FileState state, inspect_file(options.path));
  if (state.kind != FileKind::kUnsettled) WAGGLE_TRY(allow(state, options));
  if (state.kind == FileKind::kWaggle) return {};

  WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<WriteLock> lock, WriteLock::open(options.path));
  WAGGLE_TRY(lock->acquire(deadline));
  Status prepared = prepare_under_lock(options, deadline);
  lock->release();
  return prepared;
}

// The engine that this process has open on the file; nullptr when there is none, and nobody is opening any. One that is being closed is waited for:
// opened beside it, the look into the file's header would drop the locks that it still holds.
Result<std::shared_ptr<Engine>> find_open(Registry& registry, const std::string& path, const base::Deadline& deadline)
    WAGGLE_REQUIRES(registry.mutex) {
  for (;;) {
    WAGGLE_ASSIGN_OR_RETURN(const FileState state, find_file(path));
    const auto found = state.kind == FileKind::kMissing ? registry.entries.end() : registry.entries.find(state.id);
    const bool is_there = found != registry.entries.end();
    if (is_there && found->second.fork_generation != base::fork_generation()) {
      return Error(Code::kUnsupported, path + ": the parent of this process has it open, and SQLite's locks do not survive fork()",
                   "open it in a process that was started with exec, or fork before opening");
    }
    if (is_there) {
      if (std::shared_ptr<Engine> engine = found->second.engine.lock()) return engine;
    } else if (!registry.is_opening) {
      return std::shared_ptr<Engine>();
    }
    if (deadline.passed()) {
      return deadline.error((is_there ? "another thread that is closing " : "another thread that is opening a database, to open ") + path,
                            "allow more time");
    }
    registry.changed.wait_until(registry.mutex, deadline.at_most(std::chrono::milliseconds(100)).end());
  }
}

// Ends a turn to open, however the opening went.
class OpeningTurn {
 public:
  explicit OpeningTurn(Registry& registry) : registry_(registry) {}
  ~OpeningTurn() {
    const base::MutexLock lock(registry_.mutex);
    registry_.is_opening = false;
    registry_.changed.notify_all();
  }
  OpeningTurn(const OpeningTurn&) = delete;
  OpeningTurn& operator=(const OpeningTurn&) = delete;

 private:
  Registry& registry_;
};

}  // namespace

Engine::Engine(EngineOptions options) : options_(std::move(options)), log_(options_.log), fork_generation_(base::fork_generation()) {}

Result<std::shared_ptr<Engine>> Engine::open(const EngineOptions& given, const base::Deadline& deadline) {
  EngineOptions options = given;
  WAGGLE_ASSIGN_OR_RETURN(options.path, resolve_path(given.path));
  Registry& registry = Registry::instance();
  // Let go of after the registry's mutex: this may turn out to be the last handle, and closing takes the mutex.
  std::shared_ptr<Engine> engine;
  {
    const base::MutexLock lock(registry.mutex);
    WAGGLE_ASSIGN_OR_RETURN(engine, find_open(registry, options.path, deadline));
    if (engine == nullptr) registry.is_opening = true;
  }
  if (engine == nullptr) {
    const OpeningTurn turn(registry);
    WAGGLE_ASSIGN_OR_RETURN(std::shared_ptr<Engine> opened, open_anew(std::move(options), deadline));
    WAGGLE_ASSIGN_OR_RETURN(const FileState state, find_file(opened->path()));
    const base::MutexLock lock(registry.mutex);
    registry.entries[state.id] = {opened, opened.get(), base::fork_generation()};
    opened->is_registered_ = true;
    return opened;
  }
  if (options.open_mode == OpenMode::kCreateNew) return already_exists(options.path);
  if (engine->options_.durability != options.durability) {
    return Error(Code::kInvalidArgument, options.path + ": is open in this process with another durability", "use the same durability");
  }
  return engine;
}

Result<std::shared_ptr<Engine>> Engine::open_anew(EngineOptions options, const base::Deadline& deadline) {
  WAGGLE_TRY(prepare_file(options, deadline));
  std::shared_ptr<Engine> engine(new Engine(std::move(options)));
  WAGGLE_TRY(engine->connect(deadline));
  if (engine->options_.make_companion) engine->companion_ = engine->options_.make_companion(*engine);
  return engine;
}

// Opens the first reading connection, reads once to see that the file is sound and not locked, and maps the wal-index.
Status Engine::connect(const base::Deadline& deadline) {
  const ConnectionOptions reading{.durability = options_.durability, .page_cache_bytes = options_.page_cache_bytes};
  WAGGLE_ASSIGN_OR_RETURN(std::unique_ptr<Connection> first, Connection::open(options_.path, reading, deadline));
  first->set_deadline(&deadline);
  if (const auto rows = first->query_integer("SELECT count(*) FROM sqlite_schema"); !rows) {
    if (first->is_read_only() && rows.error().code() != Code::kCorruption) {
      return Error(Code::kReadOnly,
                   options_.path + ": cannot be read here: a database in WAL mode needs a folder in which it may write its side files",
                   "copy it to a folder that can be written, or change the folder's permissions")
          .with_sqlite_code(rows.error().sqlite_code());
    }
    return rows.error();
  }
  first->set_deadline(nullptr);
  WAGGLE_ASSIGN_OR_RETURN(WalIndex index, WalIndex::map(*first));
  read_only_ = first->is_read_only();
  index_ = std::make_unique<WalIndex>(index);
  try {
    readers_ = std::make_unique<ReaderPool>(std::move(first), reading, options_.readers_max, *index_);
  } catch (const std::system_error&) {  // of std::jthread: the pool has a thread
    return Error(Code::kExhausted, options_.path + ": no thread can be started", "free memory, or raise the limit of processes (ulimit -u)");
  }
  return {};
}

Engine::~Engine() {
  if (fork_generation_ != base::fork_generation()) {
    abandon();
    return;
  }
  relax_durability();
  companion_.reset();
  close();
  if (!is_registered_) return;
  Registry& registry = Registry::instance();
  const base::MutexLock lock(registry.mutex);
  std::erase_if(registry.entries, [this](const auto& entry) { return entry.second.address == this; });
  registry.changed.notify_all();
}

// In a child after fork() nothing can be closed or joined: the threads are the parent's, closing a descriptor would touch its locks, and a mutex
// may have been held by one of its threads. So the parts are left as they are and their memory is never freed. Unmapping and closing the child's
// copies of the lock file is harmless: its locks belong to the open file, which the parent keeps.
void Engine::abandon() WAGGLE_NO_THREAD_SAFETY_ANALYSIS {
  new std::shared_ptr<void>(std::move(companion_));
  static_cast<void>(readers_.release());
  static_cast<void>(writing_connection_.release());
}

// What the companion writes at the end are counters that nobody was promised: they need no sync of their own.
void Engine::relax_durability() {
  const base::MutexLock guard(opening_);
  if (options_.durability == Durability::kFull) options_.durability = Durability::kNormal;
  if (writing_connection_ != nullptr) (void)writing_connection_->execute("PRAGMA synchronous = NORMAL").has_value();
}

// The last connection may clean up when nobody else can write at this moment: see kCheckpointOnCloseBytes. A busy lock means that another process
// is at work, which then has the same choice later.
void Engine::close() {
  if (readers_ == nullptr) return;
  std::unique_ptr<Connection> last = readers_->take_last();
  const base::MutexLock guard(opening_);
  const bool is_poisoned = writers_owner_ != nullptr && writers_owner_->is_poisoned();
  writers_owner_.reset();
  writing_connection_.reset();
  if (last == nullptr || read_only_) return;
  const auto header = index_->header();
  const std::int64_t wal_bytes = header ? std::int64_t{header->frames} * header->page_size : 0;
  const bool is_small = wal_bytes > 0 && wal_bytes < kCheckpointOnCloseBytes;
  if (is_small || is_poisoned) return;
  if (lock_owner_ == nullptr) {
    auto opened = WriteLock::open(options_.path);
    if (!opened) return;
    lock_owner_ = *std::move(opened);
  }
  if (!lock_owner_->try_acquire()) return;
  last->clean_up_on_close();
  // Closed while the lock is held: the checkpoint that SQLite now makes is one of ours.
  last.reset();
  lock_owner_->release();
}

Status Engine::refuse_if_forked() const {
  if (fork_generation_ == base::fork_generation()) [[likely]]
    return {};
  return Error(Code::kUnsupported, options_.path + ": this handle belongs to the parent process; SQLite's locks do not survive fork()",
               "open the database in the child instead, after exec");
}

Result<WriteLock*> Engine::lock() {
  if (WriteLock* present = lock_.load(std::memory_order_acquire); present != nullptr) return present;
  const base::MutexLock guard(opening_);
  if (lock_owner_ == nullptr) {
    WAGGLE_ASSIGN_OR_RETURN(lock_owner_, WriteLock::open(options_.path));
  }
  lock_.store(lock_owner_.get(), std::memory_order_release);
  return lock_owner_.get();
}

// A commit is durable only if the database and its WAL, which the first reader has made, keep their names. SQLite syncs the folder with the first
// commit, and does not look whether that worked. It is tried once: a second sync would prove nothing (group_commit.cc).
Status Engine::sync_names() {
  if (options_.durability != Durability::kFull) return {};
  if (!names_synced_) {
    names_synced_ = sync_folder_of(options_.path);
    if (!*names_synced_) log_.error(names_synced_->error().describe());
  }
  if (*names_synced_) return {};
  return Error(Code::kIo, options_.path + ": a sync of its folder has failed, so nothing is written through this handle",
               "check the disk, then close the database and open it again");
}

Result<GroupCommit*> Engine::writers(const base::Deadline& deadline) {
  if (GroupCommit* present = writers_.load(std::memory_order_acquire); present != nullptr) [[likely]]
    return present;
  if (read_only_) return Error(Code::kReadOnly, options_.path + ": the file or its folder cannot be written", "check their permissions");
  WAGGLE_ASSIGN_OR_RETURN(WriteLock* const between_processes, lock());
  const base::MutexLock guard(opening_);
  if (writers_owner_ == nullptr) {
    WAGGLE_TRY(sync_names());
    const ConnectionOptions writing{.durability = options_.durability, .page_cache_bytes = options_.page_cache_bytes};
    WAGGLE_ASSIGN_OR_RETURN(writing_connection_, Connection::open(options_.path, writing, deadline));
    checkpointer_ = std::make_unique<Checkpointer>(*index_, *readers_, options_.checkpoint_bytes, log_);
    WAGGLE_TRY(checkpointer_->bound_wal_file(*writing_connection_));
    writers_owner_ = std::make_unique<GroupCommit>(*writing_connection_, *between_processes, *index_, *checkpointer_);
    writers_owner_->set_observer(observer_.load());
    checkpoints_.store(checkpointer_.get(), std::memory_order_release);
  }
  writers_.store(writers_owner_.get(), std::memory_order_release);
  return writers_owner_.get();
}

Status Engine::read(const base::Deadline& deadline, base::FunctionRef<Status(sql::Reader&)> work) {
  WAGGLE_TRY(refuse_if_forked());
  return readers_->read(deadline, [&](Connection& connection) -> Status {
    SnapshotReader reader(connection);
    return work(reader);
  });
}

Status Engine::with_connection(const base::Deadline& deadline, base::FunctionRef<Status(Connection&)> work) {
  WAGGLE_TRY(refuse_if_forked());
  return readers_->read(deadline, [&](Connection&) -> Status {
    const ConnectionOptions reading{.durability = options_.durability, .page_cache_bytes = options_.page_cache_bytes};
    WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection, Connection::open(options_.path, reading, deadline));
    connection->set_deadline(&deadline);
    return work(*connection);
  });
}

Status Engine::write(const base::Deadline& deadline, sql::Sync sync, base::FunctionRef<Status(sql::Writer&)> work) {
  WAGGLE_TRY(refuse_if_forked());
  WAGGLE_ASSIGN_OR_RETURN(GroupCommit* const group, writers(deadline));
  return group->write(deadline, sync, [&](GroupWriter& writer) -> Status { return work(writer); });
}

Result<ResultSet> Engine::run_untrusted(const sql::UntrustedStatement& statement, const base::Deadline& deadline) {
  WAGGLE_TRY(refuse_if_forked());
  const PolicyOptions policy{statement.access, options_.protected_tables};
  std::optional<Result<ResultSet>> answer;
  const auto run = [&](Connection& connection) -> Status {
    answer.emplace(connection.run_untrusted(statement, policy));
    return *answer ? Status() : Status(answer->error());
  };
  Status status;
  if (statement.access == sql::UntrustedStatement::Access::kRead) {
    status = readers_->read(deadline, run);
  } else {
    WAGGLE_ASSIGN_OR_RETURN(GroupCommit* const group, writers(deadline));
    status = group->write(deadline, [&](GroupWriter& writer) -> Status {
      WAGGLE_TRY(writer.begin_savepoint());
      return run(writer.connection());
    });
  }
  if (!status) return status.error();
  return *std::move(answer);
}

sql::Version Engine::version() const {
  // In a forked child nothing is known: a cache above must not answer there, where a read is refused.
  return fork_generation_ == base::fork_generation() ? index_->version() : sql::Version();
}

Status Engine::wait_for_change(sql::Version seen, const base::Deadline& deadline) {
  WAGGLE_TRY(refuse_if_forked());
  Result<WriteLock*> bell = lock();
  WriteLock* const listening = bell ? *bell : nullptr;
  // A stop request rings the bell, here and elsewhere: whoever else wakes up finds nothing new and sleeps on.
  const std::stop_callback wake(deadline.stop(), [listening] {
    if (listening != nullptr) listening->ring();
  });
  while (!deadline.passed()) {
    const std::uint32_t heard = listening == nullptr ? 0 : listening->bell();
    if (version() != seen || deadline.stop().stop_requested()) break;
    const auto until = deadline.at_most(listening == nullptr ? kCheckWithoutBell : kForeignCommitCheck).end();
    if (listening != nullptr) {
      listening->wait_for_bell(heard, until);
    } else {
      std::this_thread::sleep_until(until);
    }
  }
  return {};
}

void Engine::set_observer(sql::CommitObserver* observer) {
  const base::MutexLock guard(opening_);
  observer_.store(observer);
  if (writers_owner_ != nullptr) writers_owner_->set_observer(observer);
}

std::string engine_version() { return std::string("libSQL ") + LIBSQL_VERSION + " (SQLite " + sqlite3_libversion() + ")"; }

}  // namespace waggle::engine
