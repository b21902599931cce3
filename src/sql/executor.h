// executor.h: the narrow waist. Stores are written once against Executor; the embedded engine implements it, and so will every other place where
// SQL can run. One contract suite, test/contract, holds for all of them.

#ifndef WAGGLE_SQL_EXECUTOR_H
#define WAGGLE_SQL_EXECUTOR_H

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/function_ref.h"
#include "base/result.h"
#include "sql/row.h"
#include "sql/statement.h"
#include "waggle/value.h"

namespace waggle::sql {

// Called once for each row, in order. An error ends the query and is its answer. It may run other statements, but not the one whose rows it gets.
using RowSink = base::FunctionRef<Status(const Row&)>;

using Args = std::span<const Arg>;
using ArgList = std::initializer_list<Arg>;

// Reads from one unchanging moment of the database. Used by one thread at a time; valid inside the call that gave it.
class Reader {
 public:
  virtual Status query(Text text, Args args, RowSink sink) = 0;
  Status query(Text text, ArgList args, RowSink sink) { return query(text, Args(args.begin(), args.size()), sink); }

  // The first row as `decode` makes it from the Row, nullopt when there is none. `decode` returns T or Result<T>.
  template <typename Decode>
  auto query_one(Text text, ArgList args, Decode&& decode);
  // All rows, in order. The SQL bounds how many there can be.
  template <typename Decode>
  auto query_all(Text text, ArgList args, Decode&& decode);
  // The integer in the first column of the first row; 0 when there is no row or it is NULL.
  Result<std::int64_t> query_integer(Text text, ArgList args);

 protected:
  ~Reader() = default;
};

// Reads and writes inside one write transaction; reads see its own writes.
class Writer : public Reader {
 public:
  struct Outcome {
    std::int64_t rows_affected = 0;
    std::int64_t last_insert_rowid = 0;
  };
  virtual Result<Outcome> execute(Text text, Args args) = 0;
  Result<Outcome> execute(Text text, ArgList args) { return execute(text, Args(args.begin(), args.size())); }

  // Notes the hash of something that this transaction changes, so that caches forget it when the transaction commits (CommitObserver).
  virtual void note_changed(std::uint64_t key_hash) = 0;

 protected:
  ~Writer() = default;
};

// Identifies a state of the database: it differs after every commit by anyone. kUnknown equals nothing, not even itself.
struct Version {
  static constexpr std::uint64_t kUnknown = 0;
  std::uint64_t value = kUnknown;

  friend bool operator==(Version a, Version b) { return a.value == b.value && a.value != kUnknown; }
};

// What one commit did.
struct Commit {
  Version before;                          // the state that the commit was made on
  Version after;                           // the state that it made; unknown when somebody else's commit could not be told apart from it
  std::span<const std::uint64_t> changed;  // hashes noted by the transactions in it; may hold too much, never too little
};

// Is told of the commits that this process makes. One per executor. Methods are called by the committing thread, one at a time.
class CommitObserver {
 public:
  // Inside the write transaction, after the work of all its writers: the place for small chores that ride on a commit. An error undoes what this
  // call did and nothing else; it is dropped, and the chore comes again with a later commit.
  virtual Status before_commit(Writer& writer) = 0;
  // After the commit is durable, before any of its writers is told.
  virtual void after_commit(const Commit& commit) = 0;

 protected:
  ~CommitObserver() = default;
};

// A statement that comes from a user and not from Waggle. Runs under a policy: see waggle/database.h, SqlQuery.
struct UntrustedStatement {
  enum class Access : std::uint8_t { kRead, kWrite };

  std::string text;
  std::map<std::string, Value> parameters;  // by name without prefix
  Access access = Access::kRead;
  std::int64_t rows_max = 0;
};

// When a write answers.
enum class Sync : std::uint8_t {
  kNow,    // when it is as durable as the database promises
  kLater,  // when it is committed: it survives the end of any process, and a power cut from the next write on that is synced
};

// Where SQL runs. Thread-safe. Calls answer by their deadline, but for a commit that has begun; `deadline` or `cancelled`: nothing was changed.
class Executor {
 public:
  virtual ~Executor() = default;

  // Runs `work` on one unchanging moment that is no older than the call. Answers what `work` answers.
  virtual Status read(const base::Deadline& deadline, base::FunctionRef<Status(Reader&)> work) = 0;

  // Runs `work` in one write transaction. When it answers success and the commit is as `sync` says, the answer is success; in every other case
  // nothing of it is there, except for in_doubt. `work` may run on another thread that writes at the same time, never at the same time as other work
  // on this executor, and may be run again from the start: it must have no effect but through the writer, and set its results anew each time.
  virtual Status write(const base::Deadline& deadline, Sync sync, base::FunctionRef<Status(Writer&)> work) = 0;
  Status write(const base::Deadline& deadline, base::FunctionRef<Status(Writer&)> work) { return write(deadline, Sync::kNow, work); }

  virtual Result<ResultSet> run_untrusted(const UntrustedStatement& statement, const base::Deadline& deadline) = 0;

  // The present state, cheap enough to ask before every cached read. Asked after a commit was acknowledged, anywhere, it differs from before.
  virtual Version version() const = 0;
  // Returns when version() differs from `seen`, or when the deadline has passed; both are success. Woken by commits, of other processes too.
  virtual Status wait_for_change(Version seen, const base::Deadline& deadline) = 0;

  // At most one; set before the first write, and to nullptr after the last one. Borrowed.
  virtual void set_observer(CommitObserver* observer) = 0;
};

// ---------------------------------------------------------------------------------------------------------------- templates

namespace internal {
template <typename T>
struct Decoded {
  using type = T;
  static Result<T> wrap(T value) { return value; }
};
template <typename T>
struct Decoded<Result<T>> {
  using type = T;
  static Result<T> wrap(Result<T> result) { return result; }
};
}  // namespace internal

template <typename Decode>
auto Reader::query_one(Text text, ArgList args, Decode&& decode) {
  using D = internal::Decoded<std::invoke_result_t<Decode&, const Row&>>;
  using T = typename D::type;
  std::optional<T> found;
  Status status = query(text, args, [&](const Row& row) -> Status {
    if (found) return {};
    auto decoded = D::wrap(decode(row));
    if (!decoded) return decoded.error();
    found.emplace(*std::move(decoded));
    return {};
  });
  return status ? Result<std::optional<T>>(std::move(found)) : Result<std::optional<T>>(status.error());
}

template <typename Decode>
auto Reader::query_all(Text text, ArgList args, Decode&& decode) {
  using D = internal::Decoded<std::invoke_result_t<Decode&, const Row&>>;
  using T = typename D::type;
  std::vector<T> all;
  Status status = query(text, args, [&](const Row& row) -> Status {
    auto decoded = D::wrap(decode(row));
    if (!decoded) return decoded.error();
    all.push_back(*std::move(decoded));
    return {};
  });
  return status ? Result<std::vector<T>>(std::move(all)) : Result<std::vector<T>>(status.error());
}

inline Result<std::int64_t> Reader::query_integer(Text text, ArgList args) {
  auto found = query_one(text, args, [](const Row& row) { return row.integer(0); });
  if (!found) return found.error();
  return found->value_or(0);
}

}  // namespace waggle::sql

#endif  // WAGGLE_SQL_EXECUTOR_H
