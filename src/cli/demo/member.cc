// member.cc: see member.h.

#include "cli/demo/member.h"

#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "cli/demo/protocol.h"

namespace waggle::cli::demo {
namespace {

// Twelve processes that share two cores and one disk: more patience than the usual five seconds.
constexpr Duration kCallTimeout = std::chrono::seconds(15);

}  // namespace

Result<Member> Member::join(const DemoProcess& process) {
  WAGGLE_ASSIGN_OR_RETURN(std::unique_ptr<Database> database, Database::open({.path = process.database, .max_connections = 2}));
  return Member(std::move(database), process);
}

Member::Member(std::unique_ptr<Database> database, const DemoProcess& process)
    : name_(process.agent),
      database_(std::move(database)),
      session_(database_->as(process.agent, {.timeout = kCallTimeout, .stop = process.stop})),
      end_(base::Deadline::after(kProcessLifetime, process.stop)) {}

Status Member::stay_alive() {
  const auto now = std::chrono::steady_clock::now();
  if (last_heartbeat_ && now - *last_heartbeat_ < kHeartbeatEvery) return {};
  WAGGLE_TRY(latencies_.measure("agent heartbeat", [&] { return session_.agents().heartbeat(name_); }));
  last_heartbeat_ = now;
  return {};
}

Result<std::vector<Message>> Member::receive(Duration wait) { return session_.messages().wait(name_, end_.at_most(wait).left(), {.count = 32}); }

Status Member::acknowledge(const std::vector<Message>& messages) {
  if (messages.empty()) return {};
  std::vector<std::string> ids;
  for (const Message& message : messages) ids.push_back(message.id);
  WAGGLE_TRY(latencies_.measure("message ack", [&] { return session_.messages().ack(name_, ids); }));
  return {};
}

Result<Value> Member::recall(std::string_view key) {
  WAGGLE_ASSIGN_OR_RETURN(const MemoryEntry entry, latencies_.measure("memory get", [&] { return session_.memory().get({kLibrary, key}); }));
  return base::parse_scalar(entry.value.text);
}

Result<std::string> Member::recall_text(std::string_view key) {
  WAGGLE_ASSIGN_OR_RETURN(Value value, recall(key));
  if (auto* text = std::get_if<std::string>(&value)) return std::move(*text);
  return Error(Code::kInvalidArgument, "the library holds no text under " + std::string(key));
}

Result<std::int64_t> Member::recall_number(std::string_view key) {
  WAGGLE_ASSIGN_OR_RETURN(const Value value, recall(key));
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  return Error(Code::kInvalidArgument, "the library holds no number under " + std::string(key));
}

Status Member::leave() {
  std::vector<PutMemory> entries;
  for (const auto& [operation, histogram] : latencies_.by_operation()) {
    entries.push_back({.agent_id = name_, .key = std::string(kLatencyPrefix) + operation, .value = histogram.to_json()});
  }
  WAGGLE_TRY(session_.memory().put_many(entries));
  WAGGLE_TRY(session_.agents().set_status({name_, "done"}));
  return {};
}

Result<std::string> content_text(const Message& message) {
  WAGGLE_ASSIGN_OR_RETURN(Value value, base::parse_scalar(message.content.text));
  if (auto* text = std::get_if<std::string>(&value)) return std::move(*text);
  return Error(Code::kInvalidArgument, "a message of type " + message.message_type + " holds no text");
}

}  // namespace waggle::cli::demo
