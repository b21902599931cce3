// group_commit.cc: see group_commit.h.

#include "engine/group_commit.h"

#include <algorithm>
#include <optional>
#include <stop_token>
#include <utility>

#include "engine/futex.h"
#include "engine/sqlite_error.h"

namespace waggle::engine {
namespace {

// What bounds a group, and with it how long one process holds the write lock while others wait for their turn.
constexpr std::size_t kGroupSizeMax = 1024;
constexpr auto kGroupTimeMax = std::chrono::milliseconds(20);
// The same when no other process waits: then only the group's own members do, for their commit.
constexpr auto kGroupTimeMaxAlone = std::chrono::milliseconds(200);
// A caller whose work is being run waits for the outcome whatever its deadline; it looks again this often.
constexpr auto kOutcomeRecheck = std::chrono::seconds(1);

constexpr sql::Text kCommit = "COMMIT";

// The WAL may hold all of the commit nevertheless: a write can fail that has reached the disk, and the wal-index may not have been able to take in
// what is there, for lack of space or memory. Until the next commit writes over it, whoever recovers the WAL would find it. A disk that is full is
// different: it tells before the last of the commit is written.
bool may_be_in_wal(int sqlite_code) { return (sqlite_code & 0xff) == SQLITE_IOERR || (sqlite_code & 0xff) == SQLITE_NOMEM; }

bool is_sync_failure(int sqlite_code) { return sqlite_code == SQLITE_IOERR_FSYNC || sqlite_code == SQLITE_IOERR_DIR_FSYNC; }

Error poisoned_error(const std::string& path) {
  return Error(Code::kIo, path + ": a sync of the disk has failed, so nothing more is written through this handle",
               "check the disk, then close the database and open it again");
}

}  // namespace

// One caller's work on its way through the queue. Lives on the caller's stack, which waits until the state is kDone.
struct GroupCommit::Call {
  Call(const base::Deadline& until, sql::Sync when, Work todo) : deadline(until), sync(when), work(todo) {}

  const base::Deadline& deadline;
  const sql::Sync sync;
  Work work;
  Status outcome;
  std::exception_ptr thrown;
  std::atomic<std::uint32_t> state = static_cast<std::uint32_t>(State::kQueued);

  State load() const { return static_cast<State>(state.load(std::memory_order_acquire)); }
  // Afterwards the call may be gone, when `to` is kDone: then only its address is used, which is all a futex needs.
  void move(State to) {
    state.store(static_cast<std::uint32_t>(to), std::memory_order_release);
    futex_wake_all(state);
  }
};

Status GroupWriter::begin_savepoint() {
  // A statement that failed for a full disk or the like has taken the transaction with it. The work may not have noticed: what it does now must
  // not become a commit of its own.
  if (!connection_.in_transaction()) return Error(Code::kIo, connection_.path() + ": the transaction was undone by an earlier error", "try again");
  if (savepoint_ == Savepoint::kNone || is_open_) return {};
  WAGGLE_TRY(connection_.execute("SAVEPOINT work"));
  is_open_ = true;
  return {};
}

// A query writes as well, when it has a RETURNING clause.
Status GroupWriter::query(sql::Text text, sql::Args args, sql::RowSink sink) {
  WAGGLE_TRY(begin_savepoint());
  return connection_.query(text, args, sink);
}

Result<sql::Writer::Outcome> GroupWriter::execute(sql::Text text, sql::Args args) {
  WAGGLE_TRY(begin_savepoint());
  return connection_.execute(text, args);
}

Status GroupWriter::settle(const Status& outcome) {
  if (!is_open_) return {};
  is_open_ = false;
  if (!outcome) WAGGLE_TRY(connection_.execute("ROLLBACK TO work"));
  return connection_.execute("RELEASE work");
}

// ---------------------------------------------------------------------------------------------------------------- the queue

Status GroupCommit::write(const base::Deadline& deadline, sql::Sync sync, Work work) {
  if (is_poisoned()) return poisoned_error(connection_.path());
  Call call(deadline, sync, work);
  bool leads = false;
  {
    const base::MutexLock lock(mutex_);
    leads = !led_;
    if (leads)
      led_ = true;
    else
      queue_.push_back(&call);
  }
  if (!leads) {
    WAGGLE_TRY(wait_in_queue(call));
    leads = call.load() == State::kLeads;
  }
  if (leads) lead(call);
  if (call.thrown) std::rethrow_exception(call.thrown);
  return call.outcome;
}

// Returns when the call is done or leads; an error when its deadline passed before its work was begun.
Status GroupCommit::wait_in_queue(Call& call) {
  const std::stop_callback wake(call.deadline.stop(), [&call] { futex_wake_all(call.state); });
  for (;;) {
    const State state = call.load();
    if (state == State::kDone || state == State::kLeads) return {};
    if (state == State::kQueued && call.deadline.passed() && withdraw(call)) {
      return call.deadline.error("the writers before it on " + connection_.path(), "allow more time, or write in fewer and larger transactions");
    }
    const auto recheck = base::steady_now() + kOutcomeRecheck;
    const auto end = state == State::kQueued ? std::min(call.deadline.end(), recheck) : recheck;
    futex_wait(call.state, static_cast<std::uint32_t>(state), end);
  }
}

std::size_t GroupCommit::waiting() const {
  const base::MutexLock lock(mutex_);
  return queue_.size();
}

bool GroupCommit::withdraw(Call& call) {
  const base::MutexLock lock(mutex_);
  const auto found = std::find(queue_.begin(), queue_.end(), &call);
  if (found == queue_.end()) return false;
  queue_.erase(found);
  return true;
}

// The next in the queue for a group that commits so; nullptr when there is none. A commit without a sync is seen before it is durable, so whoever
// needs the sync does not take part in one; the other way round it does no harm.
GroupCommit::Call* GroupCommit::take_next(sql::Sync sync) {
  const base::MutexLock lock(mutex_);
  if (queue_.empty() || (sync == sql::Sync::kLater && queue_.front()->sync == sql::Sync::kNow)) return nullptr;
  Call* next = queue_.front();
  queue_.pop_front();
  next->state.store(static_cast<std::uint32_t>(State::kRunning), std::memory_order_release);
  return next;
}

void GroupCommit::pass_lead() {
  Call* next = nullptr;
  {
    const base::MutexLock lock(mutex_);
    if (queue_.empty()) {
      led_ = false;
      return;
    }
    next = queue_.front();
    queue_.pop_front();
  }
  next->move(State::kLeads);
}

void GroupCommit::finish(Call& call) { call.move(State::kDone); }

// ---------------------------------------------------------------------------------------------------------------- one group

void GroupCommit::lead(Call& own) {
  bool holds_lock = false;
  committed_ = false;
  try {
    members_.reserve(kGroupSizeMax);
    alive_.reserve(kGroupSizeMax);
    if (is_poisoned()) {
      own.outcome = poisoned_error(connection_.path());
    } else if (Status turn = lock_.acquire(own.deadline); !turn) {
      own.outcome = turn;
    } else {
      holds_lock = true;
      run_group(own);
      // The commit is durable: its other writers need not wait for the checkpoint.
      finish_members(own);
      if (!is_poisoned()) checkpointer_.after_commit(connection_);
    }
  } catch (...) {
    // Memory has run out outside of the writers' own work, which is run_one's to catch. Whoever waits must hear of it, and somebody must lead next.
    if (!committed_) fail_members(own, std::current_exception());
    finish_members(own);
  }
  if (holds_lock) lock_.release();
  if (checkpointer_.sync_has_failed()) poisoned_.store(true, std::memory_order_release);
  pass_lead();
}

// Lets the others of the group go, with the outcomes that they have.
void GroupCommit::finish_members(const Call& own) {
  for (Call* member : members_) {
    if (member != &own) finish(*member);
  }
  members_.clear();
}

void GroupCommit::fail_members(Call& own, const std::exception_ptr& thrown) {
  own.thrown = thrown;
  for (Call* member : members_) member->thrown = thrown;
  connection_.set_deadline(nullptr);
  try {
    roll_back();
  } catch (...) {  // NOLINT(bugprone-empty-catch): then it is done before the next group begins
  }
}

// The deadline until which a lock of another program is worth waiting for.
const base::Deadline& GroupCommit::latest_deadline(const std::vector<Call*>& calls) {
  return (*std::max_element(calls.begin(), calls.end(), [](const Call* a, const Call* b) { return a->deadline.end() < b->deadline.end(); }))
      ->deadline;
}

// Runs and commits. Afterwards members_ are all calls that were taken in, `own` among them, each with its outcome.
void GroupCommit::run_group(Call& own) {
  members_.assign({&own});
  alive_.assign({&own});
  std::size_t size_max = kGroupSizeMax;
  bool with_chores = true;
  for (;;) {
    std::size_t done = 0;
    connection_.set_deadline(&latest_deadline(alive_));
    if (Status begun = begin(own.sync); !begun) {
      for (Call* call : alive_) call->outcome = begun;
      break;
    }
    before_ = index_.header();
    changed_.clear();
    const std::size_t known = alive_.size();
    const bool kept = run_members(alive_, done, size_max);
    members_.insert(members_.end(), alive_.begin() + static_cast<std::ptrdiff_t>(known), alive_.end());
    // Whoever is run once more takes nobody in: writers that lose the transaction one after the other would put off the commit without end.
    size_max = 0;
    if (!kept) {
      // The transaction is gone, and only the call at `done` is to blame.
      alive_.erase(alive_.begin() + static_cast<std::ptrdiff_t>(done));
      roll_back();
      if (alive_.empty()) break;
      continue;
    }
    std::erase_if(alive_, [](const Call* call) { return !call->outcome || call->thrown; });
    if (alive_.empty()) {
      roll_back();
      break;
    }
    if (with_chores && !run_chores()) {
      // They took the transaction with them: once more without.
      roll_back();
      with_chores = false;
      continue;
    }
    if (Status committed = commit(alive_.size()); !committed) {
      for (Call* call : alive_) call->outcome = committed;
    }
    break;
  }
  connection_.set_deadline(nullptr);
}

// Runs `members` and then newcomers, which it appends, until the queue is empty, there are `size_max` or their time is over. False when the
// transaction was lost: then members[done] lost it.
bool GroupCommit::run_members(std::vector<Call*>& members, std::size_t& done, std::size_t size_max) {
  const auto begun = base::steady_now();
  for (done = 0;; ++done) {
    if (done == members.size()) {
      const auto time_max = lock_.is_wanted() ? kGroupTimeMax : kGroupTimeMaxAlone;
      if (members.size() >= size_max || (done > 1 && base::steady_now() - begun >= time_max)) return true;
      Call* next = take_next(members.front()->sync);
      if (next == nullptr) return true;
      members.push_back(next);
    }
    // The first needs no savepoint: undoing it undoes the transaction, in which there is nothing else.
    const auto savepoint = done == 0 ? GroupWriter::Savepoint::kNone : GroupWriter::Savepoint::kAtFirstStatement;
    if (!run_one(*members[done], savepoint)) return false;
  }
}

// False when the transaction did not survive it.
bool GroupCommit::run_one(Call& call, GroupWriter::Savepoint savepoint) {
  connection_.set_deadline(&call.deadline);
  GroupWriter writer(connection_, changed_, savepoint);
  call.thrown = nullptr;
  try {
    call.outcome = call.work(writer);
  } catch (...) {  // a user's function: its exception goes back to the user's thread
    call.thrown = std::current_exception();
    call.outcome = Error(Code::kInternal, "the transaction's function threw an exception");
  }
  if (!connection_.in_transaction()) {
    if (call.outcome) call.outcome = Error(Code::kInternal, "the transaction ended inside its function");
    return false;
  }
  if (Status settled = writer.settle(call.outcome); !settled) {
    if (call.outcome) call.outcome = settled;
    return false;
  }
  return savepoint == GroupWriter::Savepoint::kAtFirstStatement || call.outcome.has_value();
}

// Small upkeep rides on the commit. Its failure is its own: it comes again with a later commit. False when the transaction did not survive it.
bool GroupCommit::run_chores() {
  sql::CommitObserver* observer = observer_.load();
  if (observer == nullptr) return true;
  // No writer's deadline is theirs; they are small.
  connection_.set_deadline(nullptr);
  GroupWriter writer(connection_, changed_, GroupWriter::Savepoint::kAtFirstStatement);
  Status outcome;
  try {
    outcome = observer->before_commit(writer);
  } catch (...) {
    outcome = Error(Code::kExhausted, "memory has run out");
  }
  return connection_.in_transaction() && writer.settle(outcome).has_value();
}

Status GroupCommit::commit(std::size_t writes) {
  // A commit that has begun is not interrupted: its outcome must be known.
  connection_.set_deadline(nullptr);
  if (!connection_.in_transaction()) {
    return Error(Code::kIo, connection_.path() + ": the transaction was undone before its commit", "try again");
  }
  if (Status committed = connection_.execute(kCommit); !committed) {
    const int code = committed.error().sqlite_code();
    roll_back();
    if (is_sync_failure(code)) return commit_failed();
    return may_be_in_wal(code) ? commit_unknown(code) : committed;
  }
  committed_ = true;
  commits_.fetch_add(1, std::memory_order_relaxed);
  committed_writes_.fetch_add(static_cast<std::int64_t>(writes), std::memory_order_relaxed);
  tell_observer(before_);
  lock_.ring();
  return {};
}

// What reached the disk is unknown, and a second sync would say nothing about it: the system marks pages clean after a failed one (Rebello et al.,
// "Can Applications Recover from fsync Failures?", USENIX ATC 2020).
Error GroupCommit::commit_failed() {
  poisoned_.store(true, std::memory_order_release);
  return commit_unknown(SQLITE_IOERR_FSYNC);
}

Error GroupCommit::commit_unknown(int sqlite_code) const {
  return Error(Code::kInDoubt, connection_.path() + ": the disk did not confirm a commit, which may or may not have happened",
               "check the disk and its free space, open the database again and read before writing again")
      .with_sqlite_code(sqlite_code);
}

void GroupCommit::tell_observer(const std::optional<WalIndex::Header>& before) {
  sql::CommitObserver* observer = observer_.load();
  if (observer == nullptr) return;
  const std::optional<WalIndex::Header> after = index_.header();
  sql::Commit commit;
  commit.changed = changed_;
  // One step of the change counter is ours; none when nothing had to be written. More: a program outside of the write lock was quick.
  if (before && after && after->change_counter - before->change_counter <= 1) {
    commit.before = before->version;
    commit.after = after->version;
  }
  observer->after_commit(commit);
}

// What cannot be undone now is undone before the next group begins.
void GroupCommit::roll_back() { (void)connection_.roll_back().has_value(); }

Status GroupCommit::begin(sql::Sync sync) {
  WAGGLE_TRY(connection_.roll_back());
  WAGGLE_TRY(connection_.sync_commits(sync == sql::Sync::kNow));
  // When the commit fails it has been begun: it is not to fail for want of its statement.
  WAGGLE_TRY(connection_.prepare_ahead(kCommit));
  return connection_.execute("BEGIN IMMEDIATE");
}

}  // namespace waggle::engine
