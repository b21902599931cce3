// scope.h: what a store's call runs in: which database, as whom, until when, and whether in a transaction of its own or inside the caller's.

#ifndef WAGGLE_STORES_SCOPE_H
#define WAGGLE_STORES_SCOPE_H

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/clock.h"
#include "base/deadline.h"
#include "base/function_ref.h"
#include "base/ids.h"
#include "base/result.h"
#include "sql/executor.h"
#include "waggle/changes.h"
#include "waggle/value.h"

namespace waggle::vector {
class IndexSet;
class MemorySearch;
class WordFile;
}  // namespace waggle::vector

namespace waggle::stores {

class MemoryCache;

// What all scopes of one database share. Borrowed: outlives them.
struct Shared {
  sql::Executor& executor;
  const base::Clock& clock;
  base::IdSource& ids;
  MemoryCache& memory_cache;
  vector::IndexSet& vector_indexes;
  vector::MemorySearch* memory_search = nullptr;  // none where memories cannot be searched
  vector::WordFile* vector_words = nullptr;       // of the contents of vectors; none where they cannot be searched
};

// Who calls, and for how long at most.
struct Caller {
  std::optional<std::string> actor;  // the acting agent
  Duration timeout{};
  std::stop_token stop;
};

// One write: the transaction, its moment and its author. `now` is one point in time for all rows of the transaction.
struct Writing {
  sql::Writer& sql;
  Timestamp now;
  const std::optional<std::string>& actor;
  base::IdSource& ids;

  // Adds a row to the change log, in the same transaction. Every write of a store calls it once for each thing it changes.
  // `op` is a word in the infinitive: "create", "put", "claim".
  // `entity_seq`: of the thing's row, for tables whose rows keep theirs.
  Status log(Entity entity, std::string_view entity_id, std::string_view op, std::optional<std::int64_t> entity_seq = std::nullopt);

  // The same write in the name of `agent`, where the caller has named nobody: whoever holds a lease acts by its token. Borrows `agent`.
  Writing by(const std::optional<std::string>& agent) const { return {sql, now, actor ? actor : agent, ids}; }
};

// One read: the snapshot and the moment as of which expiry is judged.
class Reading {
 public:
  Reading(sql::Reader& reader, Timestamp now) : sql(reader), now_(now) {}
  Reading(sql::Reader& reader, const base::Clock& clock) : sql(reader), clock_(&clock) {}

  sql::Reader& sql;

  // A clock is asked at the first call and never again: most reads of single rows need no time, and to ask is a part of their cost.
  Timestamp now() const {
    if (!now_) now_ = clock_->now();
    return *now_;
  }

 private:
  const base::Clock* clock_ = nullptr;
  mutable std::optional<Timestamp> now_;
};

// Thread-safe when it is not bound to a transaction.
class Scope {
 public:
  // Each call is a transaction of its own.
  Scope(Shared& shared, Caller caller) : shared_(shared), caller_(std::move(caller)) {}
  // Each call takes part in a transaction that the caller has begun. Time stands still in it.
  Scope(const Scope& outer, sql::Writer& writer, Timestamp now)
      : shared_(outer.shared_), caller_(outer.caller_), reader_(&writer), writer_(&writer), now_(now) {}
  Scope(const Scope& outer, sql::Reader& reader, Timestamp now) : shared_(outer.shared_), caller_(outer.caller_), reader_(&reader), now_(now) {}

  // Runs `work`, which takes Writing& or Reading& and returns Result<T> or Status, and answers what it answers. `work` of a write may run again
  // from the start (sql::Executor::write): it sets its results anew each time.
  template <typename Work>
  auto write(Work&& work) const {
    return run<Writing>(std::forward<Work>(work), [this](base::FunctionRef<Status(Writing&)> inner) { return run_write(inner); });
  }
  // The same for what nobody needs to find again after a power cut: it answers without waiting for the disk. In a transaction of the caller's it is
  // as durable as that.
  template <typename Work>
  auto write_unsynced(Work&& work) const {
    return run<Writing>(std::forward<Work>(work), [this](base::FunctionRef<Status(Writing&)> inner) { return run_write(inner, sql::Sync::kLater); });
  }
  // As write, for a call that can be refused when it has written something already. In a transaction of the caller, who may go on after the error,
  // what it wrote is undone. The other calls check first and write then; they are spared the savepoint.
  template <typename Work>
  auto write_all_or_none(Work&& work) const {
    return run<Writing>(std::forward<Work>(work), [this](base::FunctionRef<Status(Writing&)> inner) { return run_write_all_or_none(inner); });
  }
  template <typename Work>
  auto read(Work&& work) const {
    return run<Reading>(std::forward<Work>(work), [this](base::FunctionRef<Status(Reading&)> inner) { return run_read(inner); });
  }

  // The same with at least so much time. For calls of many transactions, none of which a user would want to fail half-way.
  Scope with_time(Duration at_least) const {
    Scope patient = *this;
    patient.caller_.timeout = std::max(patient.caller_.timeout, at_least);
    return patient;
  }

  const std::optional<std::string>& actor() const { return caller_.actor; }
  const std::stop_token& stop() const { return caller_.stop; }
  sql::Executor& executor() const { return shared_.executor; }
  MemoryCache& memory_cache() const { return shared_.memory_cache; }
  vector::IndexSet& vector_indexes() const { return shared_.vector_indexes; }
  vector::MemorySearch* memory_search() const { return shared_.memory_search; }
  vector::WordFile* vector_words() const { return shared_.vector_words; }
  Timestamp now() const { return now_ ? *now_ : shared_.clock.now(); }
  // Is every call part of one transaction of the caller's? Then nothing may wait, and nothing may be answered from a cache.
  bool is_bound() const { return reader_ != nullptr; }
  base::Deadline deadline() const { return base::Deadline::after(caller_.timeout, caller_.stop); }
  // When a waiter looks again whether the clock has reached `due`, at the latest at `deadline`. The clock may be set while it waits: so soon anyway.
  base::Deadline next_look(const base::Deadline& deadline, const std::optional<Timestamp>& due) const;

 private:
  Status run_write(base::FunctionRef<Status(Writing&)> work, sql::Sync sync = sql::Sync::kNow) const;
  Status run_write_all_or_none(base::FunctionRef<Status(Writing&)> work) const;
  Status run_read(base::FunctionRef<Status(Reading&)> work) const;

  template <typename Call, typename Work, typename Run>
  static auto run(Work&& work, Run&& run_in_transaction) {
    using R = std::invoke_result_t<Work&, Call&>;  // Result<T>
    if constexpr (std::is_void_v<typename R::value_type>) {
      return run_in_transaction([&](Call& call) -> Status { return work(call); });
    } else {
      std::optional<typename R::value_type> value;
      Status status = run_in_transaction([&](Call& call) -> Status {
        R result = work(call);
        if (!result) return result.error();
        value.emplace(*std::move(result));
        return {};
      });
      return status ? R(*std::move(value)) : R(status.error());
    }
  }

  Shared& shared_;
  Caller caller_;
  sql::Reader* reader_ = nullptr;
  sql::Writer* writer_ = nullptr;
  std::optional<Timestamp> now_;
};

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_SCOPE_H
