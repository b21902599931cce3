// watcher.cc: follows the change log while others write.
//
// Every write adds a row to the log in its own transaction. A watcher gets them in the order of the commits, none twice and none left out, and may
// go on later where it stopped: it only has to remember its position.
//
// Usage: watcher FILE. Makes the file, writes a little, and prints what it saw.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "waggle/waggle.h"

namespace {

using namespace std::chrono_literals;

int fail(const waggle::Error& error) {
  std::fprintf(stderr, "error: %s\n", error.describe().c_str());
  return EXIT_FAILURE;
}

// Prints changes until the swarm is closed; answers the position to go on from.
waggle::Result<std::int64_t> follow(const waggle::Session& session) {
  // From the oldest change, and only those that matter here: memory is left out.
  auto watcher = session.changes().watch({}, {.entities = {waggle::Entity::kSwarm, waggle::Entity::kAgent, waggle::Entity::kTask}});
  if (!watcher) return watcher.error();
  for (;;) {
    // Sleeps until there is something: the commit itself wakes it. `stale` would mean that the log was trimmed past this watcher.
    const auto changes = watcher->next(60s);
    if (!changes) return changes.error();
    if (changes->empty()) return waggle::Error(waggle::Code::kDeadline, "nothing happened for a minute");
    for (const waggle::Change& change : *changes) {
      std::printf("%lld %s %s %s by %s\n", static_cast<long long>(change.seq), std::string(waggle::to_string(change.entity)).c_str(),
                  change.entity_id.c_str(), change.op.c_str(), change.actor.value_or("nobody").c_str());
      if (change.entity == waggle::Entity::kSwarm && change.op == "close") return watcher->position();
    }
  }
}

waggle::Status write_a_little(const waggle::Session& session) {
  if (const auto swarm = session.swarms().create({.name = "hive", .id = "hive"}); !swarm) return swarm.error();
  if (const auto agent = session.agents().register_agent({.id = "bee-1", .agent_type = "scout", .swarm_id = "hive"}); !agent) return agent.error();
  if (const auto entry = session.memory().put({.agent_id = "bee-1", .key = "nectar", .value = waggle::Json("120")}); !entry) return entry.error();
  if (const auto task = session.tasks().create({.description = "look east", .id = "east", .swarm_id = "hive"}); !task) return task.error();
  if (const auto swarm = session.swarms().close("hive"); !swarm) return swarm.error();
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: watcher FILE\n");
    return 2;
  }
  const auto db = waggle::Database::open({.path = argv[1], .open_mode = waggle::OpenMode::kCreateIfMissing});
  if (!db) return fail(db.error());

  std::jthread writer([&db] {
    if (const waggle::Status written = write_a_little((*db)->as("queen")); !written) fail(written.error());
  });
  const auto position = follow((*db)->as("observer"));
  if (!position) return fail(position.error());
  std::printf("to go on, watch from %lld\n", static_cast<long long>(*position));
  return EXIT_SUCCESS;
}
