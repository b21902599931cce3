// kill_worker.cc: writes from many threads, reads, checkpoints and sweeps until it is killed; or stores a number of entries and ends.
//
// Acknowledgements: `ack AGENT KEY VALUE` for an entry that was stored, `gone AGENT KEY` for one that was removed, `count KEY NUMBER` for a put of a
// key that is written again and again.

#include <thread>

#include "fault/worker.h"

namespace waggle::test {
namespace {

constexpr int kWriters = 8;
constexpr int kReaders = 2;

void put_one(const Session& session, const std::string& key, const std::string& value) {
  must(session.memory().put({.agent_id = "single", .key = key, .value = Json::string(value)}));
  tell("ack single " + key + " " + value);
}

// Both entries of a pair, or neither.
void put_pair(const Session& session, const std::string& key, const std::string& value) {
  must(session.transaction([&](Session& inside) -> Status {
    for (const char* half : {"a", "b"}) {
      const auto one = inside.memory().put({.agent_id = "pair", .key = key + "-" + half, .value = Json::string(value)});
      if (!one) return one.error();
    }
    return {};
  }));
  tell("ack pair " + key + "-a " + value);
  tell("ack pair " + key + "-b " + value);
}

// Expires at once, for the sweeper.
void put_brief(const Session& session, const std::string& key) {
  must(session.memory().put({.agent_id = "brief", .key = key, .value = Json::string(std::string(500, 'b')), .ttl = std::chrono::milliseconds(1)}));
}

void count_up(const Session& session, const std::string& key, int number) {
  must(session.memory().put({.agent_id = "count", .key = key, .value = Json(std::to_string(number))}));
  tell("count " + key + " " + std::to_string(number));
}

void put_and_remove(const Session& session, const std::string& key, const std::string& value) {
  must(session.memory().put({.agent_id = "removed", .key = key, .value = Json::string(value)}));
  must(session.memory().remove({"removed", key}));
  tell("gone removed " + key);
}

void write_for_ever(const Database& database, const std::string& run, int thread) {
  const Session session = database.as("writer-" + std::to_string(thread));
  const std::string name = run + "-" + std::to_string(thread);
  for (int i = 0;; ++i) {
    const std::string key = name + "-" + std::to_string(i);
    const std::string value = value_of(key, i);
    switch (i % 6) {
      case 0:
        count_up(session, name, i);
        break;
      case 1:
        put_pair(session, key, value);
        break;
      case 3:
        put_brief(session, key);
        break;
      case 5:
        put_and_remove(session, key, value);
        break;
      default:
        put_one(session, key, value);
    }
  }
}

void read_for_ever(const Database& database) {
  const Session session = database.as("reader");
  for (;;) {
    for (const MemoryEntry& entry : must(session.memory().list("single", {.limit = 20})).items) must(session.memory().get({"single", entry.key}));
  }
}

}  // namespace

void run_kill_worker(const std::string& path, const std::string& run) {
  const auto database = open_database(path);
  std::vector<std::thread> threads;
  for (int t = 0; t < kWriters; ++t) threads.emplace_back([&, t] { write_for_ever(*database, run, t); });
  for (int t = 0; t < kReaders; ++t) threads.emplace_back([&] { read_for_ever(*database); });
  for (std::thread& thread : threads) thread.join();
}

void run_burst_worker(const std::string& path, const std::string& run, int count) {
  const auto database = open_database(path);
  const Session session = database->as("burst-" + run);
  for (int i = 0; i < count; ++i) {
    const std::string key = run + "-" + std::to_string(i);
    put_one(session, key, value_of(key, i));
  }
}

}  // namespace waggle::test
