// swarms.h: swarms, the groups that agents, tasks, messages and proposals belong to.

#ifndef WAGGLE_SWARMS_H
#define WAGGLE_SWARMS_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "waggle/error.h"
#include "waggle/value.h"

namespace waggle {

namespace stores {
class Scope;
}

// How the agents of a swarm are wired. Recorded for the swarm's own use: Waggle routes nothing by it.
enum class Topology : std::uint8_t { kMesh, kHierarchical, kRing, kStar, kCustom };

enum class SwarmStatus : std::uint8_t {
  kActive,
  kPaused,  // no task of it is claimed; all else goes on
  kClosed,  // for good: no task of it is claimed, nobody in it can be messaged, nothing new is proposed in it
};

std::string_view to_string(Topology topology);
std::string_view to_string(SwarmStatus status);
// nullopt when the name is none of the topologies' ("mesh", "hierarchical", "ring", "star", "custom").
std::optional<Topology> parse_topology(std::string_view name);

struct Swarm {
  std::string id;
  std::string name;
  Topology topology = Topology::kMesh;
  Json config;  // any JSON, null when none was given
  SwarmStatus status = SwarmStatus::kActive;
  Timestamp created_at;
  Timestamp updated_at;
};

struct NewSwarm {
  std::string name;                    // 1 to 65,536 bytes; names need not be unique
  std::optional<std::string> id = {};  // a fresh UUIDv7 when absent
  Topology topology = Topology::kMesh;
  Json config = {};  // at most 16 MiB
};

// What to change; absent fields stay.
struct SwarmUpdate {
  std::optional<std::string> name = {};
  std::optional<Topology> topology = {};
  std::optional<Json> config = {};  // replaces the whole document
};

// Counts of what a swarm holds, all from one moment.
struct SwarmSummary {
  Swarm swarm;
  std::map<std::string, std::int64_t> agents;  // by status
  std::map<std::string, std::int64_t> tasks;   // by status
  std::int64_t messages = 0;
  std::map<std::string, std::int64_t> proposals;  // by status
};

// The swarms of a database. A light handle: made by Session, valid as long as it; usable where the session is.
// Every writing call is one durable transaction and one row in the change log (entity "swarm").
class SwarmStore {
 public:
  explicit SwarmStore(const stores::Scope& scope) : scope_(&scope) {}

  // already_exists when the id is taken.
  Result<Swarm> create(const NewSwarm& swarm);
  // These answer not_found for an unknown id.
  Result<Swarm> get(std::string_view id);
  Result<Swarm> update(std::string_view id, const SwarmUpdate& change);
  // Pausing a paused swarm and resuming an active one change nothing; a closed one is a conflict.
  Result<Swarm> pause(std::string_view id);
  Result<Swarm> resume(std::string_view id);
  // Closing a closed swarm changes nothing.
  Result<Swarm> close(std::string_view id);
  Result<SwarmSummary> status(std::string_view id);

  // Newest first.
  Result<Page<Swarm>> list(const PageRequest& page = {});

 private:
  const stores::Scope* scope_;
};

}  // namespace waggle

#endif  // WAGGLE_SWARMS_H
