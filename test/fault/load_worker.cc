// load_worker.cc: a bit of everything, for as long as it lasts: what a process of a swarm does all day. Remarks of the library are told as
// `warning TEXT`, the end of each snapshot that was held for long as `held MILLISECONDS`.

#include <atomic>
#include <barrier>
#include <functional>
#include <thread>

#include "fault/load.h"
#include "fault/worker.h"

namespace waggle::test {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kReaders = 8;

void remember(const Session& session, int i) {
  const std::string key = "k" + std::to_string(i % 500);
  const auto ttl = i % 7 == 0 ? std::optional<Duration>(std::chrono::milliseconds(50)) : std::nullopt;
  must(session.memory().put({.agent_id = "load", .key = key, .value = Json::string(value_of(key, i)), .ttl = ttl}));
}

void recall(const Session& session, int i) {
  const auto entry = session.memory().get({"load", "k" + std::to_string(i % 500)});
  if (!entry && entry.error().code() != Code::kNotFound) fail(entry.error());
  if (i % 100 == 0) must(session.memory().query({.agent_id = "load", .pattern = "k1"}));
}

void do_task(const Session& session) {
  must(session.tasks().create({.description = "work"}));
  for (const Task& task : must(session.tasks().claim({.agent = "load"}))) must(session.tasks().complete({task.id, *task.lease_token}));
}

void send_and_receive(const Session& session) {
  must(session.messages().send({.swarm_id = "load", .from = "a", .to = Recipients::agent("b"), .message_type = "m", .ttl = std::chrono::seconds(1)}));
  must(session.messages().wait("b", std::chrono::seconds(1), {.ack = Receive::Ack::kNow}));
}

void watch(Watcher& watcher) {
  const auto changes = watcher.next(std::chrono::milliseconds(100));
  if (!changes && changes.error().code() != Code::kStale) fail(changes.error());
}

// Opens another file and closes it.
void open_another(const std::string& path, int i) {
  const auto other = must(Database::open({.path = path + ".other", .open_mode = OpenMode::kCreateIfMissing, .timeout = std::chrono::seconds(60)}));
  must(other->as("load").memory().put({.agent_id = "load", .key = "k", .value = Json(std::to_string(i))}));
}

// Readers for long, and then peace: first a copy is made, which reads the whole file, then a snapshot is held.
void hold_snapshot(const Database& database, const std::string& path) {
  const auto begin = Steady::now();
  must(database.backup({.path = path + ".copy", .if_exists = Backup::IfExists::kReplace}));
  const Session session = database.as("holder");
  must(session.snapshot([](Session& inside) -> Status {
    must(inside.changes().range());
    wait_to_be_told(kHoldTime);
    return {};
  }));
  if (is_told_to_stop()) return;
  tell("held " + std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begin).count()));
  wait_to_be_told(kHoldTime);
}

// Readers open their connections when so many read at once for the first time, which may be late. What grows after this does not come from them.
void open_all_readers(const Database& database) {
  std::barrier all_read(kReaders);
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&] {
      must(database.as("reader").snapshot([&](Session& inside) -> Status {
        must(inside.changes().range());
        all_read.arrive_and_wait();
        return {};
      }));
    });
  }
  for (std::thread& reader : readers) reader.join();
}

}  // namespace

void run_load_worker(const std::string& path) {
  const auto log = [](LogLevel, std::string_view message) { tell("warning " + std::string(message)); };
  const auto database = open_database(path, {.max_connections = kReaders,
                                             .cache_bytes = std::size_t{1} << 20,
                                             .page_cache_bytes = std::size_t{512} << 10,
                                             .changes_count_max = 5'000,
                                             .log = log});
  open_all_readers(*database);
  const Session session = database->as("load");
  must(session.swarms().create({.name = "load", .id = "load"}));
  for (const char* agent : {"a", "b"}) must(session.agents().register_agent({.id = agent, .agent_type = "load", .swarm_id = "load"}));
  Watcher watcher = must(session.changes().watch());
  std::atomic<bool> is_over = false;
  std::vector<std::thread> threads;
  const auto repeat = [&](const std::function<void(int)>& work) {
    threads.emplace_back([&is_over, work] {
      for (int i = 0; !is_over.load(); ++i) work(i);
    });
  };
  repeat([&](int i) { remember(session, i); });
  repeat([&](int i) { recall(session, i); });
  repeat([&](int) { do_task(session); });
  repeat([&](int) { send_and_receive(session); });
  repeat([&](int) { watch(watcher); });
  repeat([&](int i) { open_another(path, i); });
  repeat([&](int) { hold_snapshot(*database, path); });
  wait_to_be_told();
  is_over = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace waggle::test
