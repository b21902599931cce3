// worker.cc: the process that the fault tests start, storm with and kill.
//
//   waggle_fault_worker kill PATH RUN          writes from many threads until it is killed
//   waggle_fault_worker storm PATH RUN COUNT   stores COUNT entries and ends
//
// It prints `ready` when the database is open, then `ack AGENT KEY VALUE` for each entry, after the call that stored it has returned.

#include <unistd.h>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "waggle/database.h"

namespace waggle::test {
namespace {

constexpr int kWriters = 8;
constexpr int kReaders = 2;

// One write of the system: a line is told whole or not at all, also when the process is killed.
void tell(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(STDOUT_FILENO, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(3);
}

void tell_ack(const std::string& agent, const std::string& key, const std::string& value) { tell("ack " + agent + " " + key + " " + value); }

[[noreturn]] void fail(const Error& error) {
  tell("error " + error.describe());
  _exit(1);
}

Json json_of(const std::string& value) { return Json::string(value); }

// Values differ in length, so that pages fill, split and overflow.
std::string value_of(const std::string& key, int i) { return key + "=" + std::string(static_cast<std::size_t>((i * 37) % 3000), 'v'); }

void put_one(const Session& session, const std::string& key, const std::string& value) {
  const auto stored = session.memory().put({.agent_id = "single", .key = key, .value = json_of(value)});
  if (!stored) fail(stored.error());
  tell_ack("single", key, value);
}

// Both entries of a pair, or neither.
void put_pair(const Session& session, const std::string& key, const std::string& value) {
  const Status stored = session.transaction([&](Session& inside) -> Status {
    for (const char* half : {"a", "b"}) {
      const auto one = inside.memory().put({.agent_id = "pair", .key = key + "-" + half, .value = json_of(value)});
      if (!one) return one.error();
    }
    return {};
  });
  if (!stored) fail(stored.error());
  tell_ack("pair", key + "-a", value);
  tell_ack("pair", key + "-b", value);
}

// Expires at once, for the sweeper.
void put_brief(const Session& session, const std::string& key) {
  const auto stored =
      session.memory().put({.agent_id = "brief", .key = key, .value = json_of(std::string(500, 'b')), .ttl = std::chrono::milliseconds(1)});
  if (!stored) fail(stored.error());
}

void write_for_ever(const Database& database, const std::string& run, int thread) {
  const Session session = database.as("writer-" + std::to_string(thread));
  for (int i = 0;; ++i) {
    const std::string key = run + "-" + std::to_string(thread) + "-" + std::to_string(i);
    if (i % 4 == 1)
      put_pair(session, key, value_of(key, i));
    else if (i % 4 == 3)
      put_brief(session, key);
    else
      put_one(session, key, value_of(key, i));
  }
}

void read_for_ever(const Database& database) {
  const Session session = database.as("reader");
  for (;;) {
    const auto page = session.memory().list("single", {.limit = 20});
    if (!page) fail(page.error());
    for (const MemoryEntry& entry : page->items) {
      const auto got = session.memory().get({"single", entry.key});
      if (!got) fail(got.error());
    }
  }
}

std::unique_ptr<Database> open(const std::string& path) {
  // A small checkpoint size: many checkpoints happen, and some of them while the process is killed.
  auto opened = Database::open(
      {.path = path, .open_mode = OpenMode::kCreateIfMissing, .timeout = std::chrono::seconds(60), .checkpoint_bytes = std::size_t{64} << 10});
  if (!opened) fail(opened.error());
  tell("ready");
  return *std::move(opened);
}

void run_until_killed(const std::string& path, const std::string& run) {
  const auto database = open(path);
  std::vector<std::thread> threads;
  for (int t = 0; t < kWriters; ++t) threads.emplace_back([&, t] { write_for_ever(*database, run, t); });
  for (int t = 0; t < kReaders; ++t) threads.emplace_back([&] { read_for_ever(*database); });
  for (std::thread& thread : threads) thread.join();
}

void storm(const std::string& path, const std::string& run, int count) {
  const auto database = open(path);
  const Session session = database->as("storm-" + run);
  for (int i = 0; i < count; ++i) {
    const std::string key = run + "-" + std::to_string(i);
    put_one(session, key, value_of(key, i));
  }
}

}  // namespace
}  // namespace waggle::test

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  if (arguments.size() == 4 && arguments[1] == "kill") {
    waggle::test::run_until_killed(arguments[2], arguments[3]);
  } else if (arguments.size() == 5 && arguments[1] == "storm") {
    waggle::test::storm(arguments[2], arguments[3], std::atoi(arguments[4].c_str()));
  } else {
    return 2;
  }
  return 0;
}
