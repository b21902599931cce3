// member.h: what the planner and the workers of the demo have in common: a session of their own, a heartbeat, an inbox, and a stopwatch.

#ifndef WAGGLE_CLI_DEMO_MEMBER_H
#define WAGGLE_CLI_DEMO_MEMBER_H

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "cli/demo/demo.h"
#include "cli/demo/latency.h"
#include "waggle/waggle.h"

namespace waggle::cli::demo {

// One process of the swarm, as the agent it was told to be. Used by one thread.
class Member {
 public:
  static Result<Member> join(const DemoProcess& process);

  const std::string& name() const { return name_; }
  const Session& session() const { return session_; }
  Latencies& latencies() { return latencies_; }
  // Until when the process lives at most, or until it is stopped.
  const base::Deadline& end() const { return end_; }

  // Sends a heartbeat when the last one is kHeartbeatEvery ago.
  Status stay_alive();
  // What came within `wait`, taken and to be acknowledged.
  Result<std::vector<Message>> receive(Duration wait);
  Status acknowledge(const std::vector<Message>& messages);

  // The string or the number in an entry of the library's memory.
  Result<std::string> recall_text(std::string_view key);
  Result<std::int64_t> recall_number(std::string_view key);

  // Stores the latencies in the agent's memory and says that it is done.
  Status leave();

 private:
  Member(std::unique_ptr<Database> database, const DemoProcess& process);

  Result<Value> recall(std::string_view key);

  std::string name_;
  std::unique_ptr<Database> database_;
  Session session_;
  base::Deadline end_;
  Latencies latencies_;
  std::optional<std::chrono::steady_clock::time_point> last_heartbeat_;
};

// The text of a message whose content is a JSON string.
Result<std::string> content_text(const Message& message);

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_MEMBER_H
