// scope.cc: see scope.h.

#include "stores/scope.h"

namespace waggle::stores {

Status Writing::log(Entity entity, std::string_view entity_id, std::string_view op) {
  WAGGLE_TRY(sql.execute("INSERT INTO changes(entity, entity_id, op, actor, at) VALUES(?1, ?2, ?3, ?4, ?5)",
                         {to_string(entity), entity_id, op, actor, now}));
  return {};
}

Status Scope::run_write(base::FunctionRef<Status(Writing&)> work) const {
  if (writer_ != nullptr) {
    Writing writing{*writer_, *now_, caller_.actor, shared_.ids};
    return work(writing);
  }
  if (reader_ != nullptr) return Error(Code::kReadOnly, "a snapshot takes no writes", "write outside of it, or use Session::transaction");
  return shared_.executor.write(deadline(), [&](sql::Writer& writer) -> Status {
    Writing writing{writer, shared_.clock.now(), caller_.actor, shared_.ids};
    return work(writing);
  });
}

Status Scope::run_read(base::FunctionRef<Status(Reading&)> work) const {
  if (reader_ != nullptr) {
    Reading reading{*reader_, *now_};
    return work(reading);
  }
  return shared_.executor.read(deadline(), [&](sql::Reader& reader) -> Status {
    Reading reading{reader, shared_.clock.now()};
    return work(reading);
  });
}

}  // namespace waggle::stores
