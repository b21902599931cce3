// session.cc: Session of waggle/database.h.

#include <functional>
#include <utility>

#include "stores/scope.h"
#include "waggle/database.h"

namespace waggle {

Session::Session(std::unique_ptr<const stores::Scope> scope) : scope_(std::move(scope)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Status Session::transaction(const std::function<Status(Session&)>& work) const {
  return scope_->write([&](stores::Writing& writing) -> Status {
    Session inside(std::make_unique<const stores::Scope>(*scope_, writing.sql, writing.now));
    return work(inside);
  });
}

Status Session::snapshot(const std::function<Status(Session&)>& work) const {
  return scope_->read([&](stores::Reading& reading) -> Status {
    Session inside(std::make_unique<const stores::Scope>(*scope_, reading.sql, reading.now()));
    return work(inside);
  });
}

}  // namespace waggle
