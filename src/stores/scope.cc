// scope.cc: see scope.h.

#include "stores/scope.h"

#include <algorithm>

#include "base/text.h"
#include "stores/limits.h"

namespace waggle::stores {
namespace {

// Shortest sleep of a waiter: if this machine's wall clock lags behind its monotonic one, what is almost due is not polled for.
constexpr Duration kLookAgainMin = std::chrono::milliseconds(1);
// The longest: a wall clock that was set is noticed within this.
constexpr Duration kLookAgainMax = std::chrono::seconds(1);

}  // namespace

Status Writing::log(Entity entity, std::string_view entity_id, std::string_view op, std::optional<std::int64_t> entity_seq) {
  WAGGLE_TRY(sql.execute("INSERT INTO changes(entity, entity_id, op, actor, at, entity_seq) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                         {to_string(entity), entity_id, op, actor, now, entity_seq}));
  return {};
}

Status Scope::run_write(base::FunctionRef<Status(Writing&)> work, sql::Sync sync) const {
  if (writer_ != nullptr) {
    Writing writing{*writer_, *now_, caller_.actor, shared_.ids};
    return work(writing);
  }
  if (reader_ != nullptr) return Error(Code::kReadOnly, "a snapshot takes no writes", "write outside of it, or use Session::transaction");
  if (caller_.actor) WAGGLE_TRY(base::check_name("name of the acting agent", *caller_.actor, kNameBytesMax));
  return shared_.executor.write(deadline(), sync, [&](sql::Writer& writer) -> Status {
    Writing writing{writer, shared_.clock.now(), caller_.actor, shared_.ids};
    return work(writing);
  });
}

Status Scope::run_write_all_or_none(base::FunctionRef<Status(Writing&)> work) const {
  if (writer_ == nullptr) return run_write(work);
  WAGGLE_TRY(writer_->execute("SAVEPOINT all_or_none", {}));
  Status done = run_write(work);
  // When this fails the transaction is gone, and the savepoint with it.
  if (!done) (void)writer_->execute("ROLLBACK TO all_or_none", {}).has_value();
  const auto released = writer_->execute("RELEASE all_or_none", {});
  if (!done) return done;
  return released ? Status() : Status(released.error());
}

Status Scope::run_read(base::FunctionRef<Status(Reading&)> work) const {
  if (reader_ != nullptr) {
    Reading reading(*reader_, *now_);
    return work(reading);
  }
  return shared_.executor.read(deadline(), [&](sql::Reader& reader) -> Status {
    Reading reading(reader, shared_.clock);
    return work(reading);
  });
}

base::Deadline Scope::next_look(const base::Deadline& deadline, const std::optional<Timestamp>& due) const {
  if (!due) return deadline;
  return deadline.at_most(std::clamp<Duration>(*due - now(), kLookAgainMin, kLookAgainMax));
}

}  // namespace waggle::stores
