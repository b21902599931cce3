// side_file.cc: see side_file.h.

#include "engine/side_file.h"

#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/rank.h"
#include "engine/scratch_file.h"

namespace waggle::engine {
namespace {

// So long others that use the file are waited for.
constexpr auto kPatience = std::chrono::milliseconds(250);

constexpr std::size_t kPageCacheBytes = std::size_t{16} << 20;

Error unfinished(const std::string& path) {
  return Error(Code::kCorruption, path + ": a program ended while it wrote it", "nothing is lost: it is made anew");
}

}  // namespace

// One user of the connection at a time.
class SideFile::Turn {
 public:
  static Result<std::unique_ptr<Turn>> take(SideFile& file, const base::Deadline& deadline) {
    const base::MutexLock lock(file.mutex_);
    while (file.used_) {
      if (deadline.passed()) return deadline.error("another thread that uses " + file.path_, "allow more time");
      // Soon anyway: a stop request wakes nobody.
      file.freed_.wait_until(file.mutex_, deadline.at_most(std::chrono::milliseconds(100)).end());
    }
    file.used_ = true;
    return std::unique_ptr<Turn>(new Turn(file));
  }
  ~Turn() {
    if (file_.connection_ != nullptr) file_.connection_->set_deadline(nullptr);
    const base::MutexLock lock(file_.mutex_);
    file_.used_ = false;
    file_.freed_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  explicit Turn(SideFile& file) : file_(file) {}
  SideFile& file_;
};

// Lets go of the file on every path.
template <typename End>
class SideFile::AtEnd {
 public:
  explicit AtEnd(End end) : end_(std::move(end)) {}
  ~AtEnd() { end_(); }
  AtEnd(const AtEnd&) = delete;
  AtEnd& operator=(const AtEnd&) = delete;

 private:
  End end_;
};

SideFile::~SideFile() = default;

Status SideFile::read(const base::Deadline& deadline, base::FunctionRef<Status(sql::Reader&)> work) {
  const base::Deadline patience = deadline.at_most(kPatience);
  WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Turn> turn, Turn::take(*this, patience));
  WAGGLE_TRY(open(Access::kReadWrite, patience));
  const AtEnd end([this] {
    if (connection_ != nullptr && !connection_->roll_back()) close();
  });
  WAGGLE_TRY(reopen_if_replaced(Access::kReadWrite, patience, [&] { return begin_read(patience); }));
  connection_->set_deadline(&deadline);
  SideWriter reader(*connection_);
  return work(reader);
}

// SQLite tells by a counter in the header whether the pages that it remembers are still those of the file. Of a file that somebody has put back as it
// was before, and that was written since, the counter can be what it was. So each writer also stamps the file with what no other has.
Status SideFile::reopen_if_replaced(Access access, const base::Deadline& deadline, base::FunctionRef<Status()> begin) {
  WAGGLE_TRY(begin());
  WAGGLE_ASSIGN_OR_RETURN(const std::uint32_t stamp, checks_->application_id(*connection_));
  if (stamp_.value_or(stamp) != stamp) {
    close();
    WAGGLE_TRY(open(access, deadline));
    WAGGLE_TRY(begin());
    WAGGLE_ASSIGN_OR_RETURN(stamp_, checks_->application_id(*connection_));
    return {};
  }
  stamp_ = stamp;
  return {};
}

Status SideFile::begin_read(const base::Deadline& patience) {
  connection_->set_deadline(&patience);
  WAGGLE_TRY(connection_->execute("BEGIN"));
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t mark, connection_->query_integer("PRAGMA user_version"));
  if (mark == kBeingWritten) return unfinished(path_);
  if (mark != kWhole) return Error(Code::kNotFound, path_ + ": nothing was written into it yet");
  return {};
}

Status SideFile::write(const base::Deadline& deadline, base::FunctionRef<Status(sql::Writer&)> work) {
  return write_connection(deadline, [&](Connection& connection) {
    SideWriter writer(connection);
    return work(writer);
  });
}

Status SideFile::write_connection(const base::Deadline& deadline, base::FunctionRef<Status(Connection&)> work) {
  const base::Deadline patience = deadline.at_most(kPatience);
  WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Turn> turn, Turn::take(*this, patience));
  WAGGLE_TRY(open(Access::kCreate, patience));
  const AtEnd end([this] { unlock(); });
  bool was_whole = false;
  WAGGLE_TRY(reopen_if_replaced(Access::kCreate, patience, [&] {
    connection_->set_deadline(&patience);
    return lock();
  }));
  WAGGLE_TRY(mark_being_written(was_whole));
  connection_->set_deadline(&deadline);
  const Status changed = change(work);
  // What has begun to be written is brought to its end whatever the caller's deadline: it is soon.
  connection_->set_deadline(nullptr);
  if (!changed) WAGGLE_TRY(connection_->roll_back());
  if (changed || was_whole) WAGGLE_TRY(mark_whole());
  // Whoever works on the connection may have given the error another name.
  if (!changed && checks_->found_damage()) return Error(Code::kCorruption, path_ + ": its bytes are damaged", "nothing is lost: it is made anew");
  return changed;
}

// Takes the file for this connection alone until unlock: a lock that outlasts transactions.
Status SideFile::lock() {
  WAGGLE_TRY(connection_->execute("PRAGMA locking_mode = EXCLUSIVE"));
  return connection_->execute("BEGIN EXCLUSIVE");
}

Status SideFile::mark_being_written(bool& was_whole) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t mark, connection_->query_integer("PRAGMA user_version"));
  if (mark == kBeingWritten) return unfinished(path_);
  was_whole = mark == kWhole;
  WAGGLE_TRY(connection_->execute("PRAGMA user_version = 1"));
  const auto stamp = static_cast<std::uint32_t>(base::steady_now().time_since_epoch().count());
  WAGGLE_TRY(connection_->set_application_id(stamp));
  stamp_ = stamp;
  return connection_->execute("COMMIT");
}

Status SideFile::change(base::FunctionRef<Status(Connection&)> work) {
  WAGGLE_TRY(connection_->execute("BEGIN IMMEDIATE"));
  WAGGLE_TRY(work(*connection_));
  connection_->set_deadline(nullptr);
  return connection_->execute("COMMIT");
}

Status SideFile::mark_whole() {
  // No sync: when a power cut takes the mark, the file is made anew, and that is all.
  WAGGLE_TRY(connection_->execute("PRAGMA synchronous = OFF"));
  WAGGLE_TRY(connection_->execute("PRAGMA user_version = 2"));
  return connection_->execute("PRAGMA synchronous = NORMAL");
}

// The lock goes with the first read in the other mode. Whatever state the connection is in: closed it holds none.
void SideFile::unlock() {
  if (connection_ == nullptr) return;
  connection_->set_deadline(nullptr);
  if (!connection_->roll_back() || !connection_->execute("PRAGMA locking_mode = NORMAL") ||
      !connection_->query_integer("SELECT count(*) FROM sqlite_schema")) {
    close();
  }
}

void SideFile::discard() {
  const auto turn = Turn::take(*this, base::Deadline::after(std::chrono::seconds(1)));
  if (!turn) return;
  const auto there = find_file(path_);
  // Another process may have made it anew already.
  const bool is_ours = connection_ == nullptr || (there && there->id == id_);
  close();
  if (is_ours) ::unlink(path_.c_str());
}

Result<std::unique_ptr<sql::SideFile>> SideFile::scratch() const { return ScratchFile::create(); }

// The file that has the name now: the one that is open may have been removed.
Status SideFile::open(Access access, const base::Deadline& deadline) {
  if (path_.empty()) return Error(Code::kReadOnly, "a database that cannot be written has no files beside it");
  WAGGLE_ASSIGN_OR_RETURN(FileState state, find_file(path_));
  if (connection_ != nullptr && state.kind != FileKind::kMissing && state.id == id_) return {};
  close();
  if (state.kind == FileKind::kMissing && access != Access::kCreate) return Error(Code::kNotFound, path_ + ": there is none");
  auto checks = std::make_unique<PageChecks>();
  WAGGLE_ASSIGN_OR_RETURN(
      std::unique_ptr<Connection> connection,
      Connection::open(path_, {.access = access, .durability = Durability::kNormal, .page_cache_bytes = kPageCacheBytes}, deadline));
  if (connection->is_read_only()) return Error(Code::kReadOnly, path_ + ": cannot be written");
  WAGGLE_TRY(checks->install(*connection));
  connection->set_deadline(&deadline);
  WAGGLE_TRY(connection->execute("PRAGMA page_size = 4096"));
  WAGGLE_TRY(connection->execute("PRAGMA journal_mode = MEMORY"));
  WAGGLE_TRY(add_rank_function(*connection));
  WAGGLE_ASSIGN_OR_RETURN(state, find_file(path_));
  connection->set_deadline(nullptr);
  id_ = state.id;
  checks_ = std::move(checks);
  connection_ = std::move(connection);
  return {};
}

void SideFile::close() {
  connection_.reset();
  checks_.reset();
  stamp_.reset();
}

}  // namespace waggle::engine
