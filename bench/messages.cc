// messages.cc: how long a message takes from the call that sends it to the receiver's hands. See core_rows.h.

#include <atomic>
#include <cstring>
#include <memory>
#include <thread>

#include "child.h"
#include "core_rows.h"
#include "processes.h"
#include "sync_probe.h"
#include "sync_shim.h"

namespace waggle::bench {
namespace {

constexpr int kMessages = 200;
constexpr const char* kSwarm = "hive";
constexpr const char* kSender = "sender";
constexpr const char* kReceiver = "receiver";

std::unique_ptr<Database> make_swarm(const std::string& path) {
  auto database = open_new(options_for(path));
  const Session session = database->as(kSender);
  session.swarms().create({.name = "bench", .id = kSwarm}).value();
  for (const char* agent : {kSender, kReceiver}) session.agents().register_agent({.id = agent, .agent_type = "bench", .swarm_id = kSwarm}).value();
  return database;
}

void send(const Session& session) {
  session.messages()
      .send({.swarm_id = kSwarm, .from = kSender, .to = Recipients::agent(kReceiver), .message_type = "ping", .content = Json(R"({"n":1})")})
      .value();
}

// Waits for one message; its id.
std::string receive(const Session& session) {
  const std::vector<Message> received = session.messages().wait(kReceiver, std::chrono::seconds(10), {.count = 1}).value();
  if (received.empty()) throw std::runtime_error("no message came");
  return received[0].id;
}

// Not part of what is timed.
void acknowledge(const Session& session, const std::string& id) {
  const std::string ids[] = {id};
  session.messages().ack(kReceiver, ids).value();
}

double in_process_p50(Database& database) {
  std::atomic<double> received_at = 0;
  std::atomic<int> received = 0;
  std::atomic<bool> waiting = false;
  std::jthread receiver([&] {
    const Session session = database.as(kReceiver);
    for (int i = 0; i < kMessages; ++i) {
      waiting = true;
      const std::string id = receive(session);
      received_at = seconds();
      acknowledge(session, id);
      received.fetch_add(1);
      received.notify_one();
    }
  });
  const Session session = database.as(kSender);
  std::vector<double> each;
  for (int i = 0; i < kMessages; ++i) {
    while (!waiting.exchange(false)) std::this_thread::yield();
    // Until the receiver sleeps: it is to be woken.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const double begin = seconds();
    send(session);
    received.wait(i);
    each.push_back((received_at - begin) * 1e9);
  }
  return median(each);
}

double between_processes_p50(const Run& run, Database& database, const std::string& path, std::optional<int> sync_microseconds) {
  Child child({run.program, "--child", "receiver", path, "0", std::to_string(sync_microseconds.value_or(-1))});
  const Session session = database.as(kSender);
  child.receive();
  std::vector<double> each;
  for (int i = 0; i < kMessages; ++i) {
    child.send('n');
    child.receive();  // is about to wait
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const double begin = seconds();
    send(session);
    std::string moment;
    while (moment.size() < sizeof(double)) moment += child.receive();
    double received_at = 0;
    std::memcpy(&received_at, moment.data(), sizeof(received_at));
    each.push_back((received_at - begin) * 1e9);
  }
  child.send('e');
  child.finish();
  return median(each);
}

}  // namespace

// The clock is the machine's, hence the same in both processes.
void run_receiving_process(const std::string& path, std::optional<int> sync_microseconds) {
  set_sync_microseconds(sync_microseconds);
  const auto database = Database::open(options_for(path)).value();
  const Session session = database->as(kReceiver);
  for (char order = ready_and_wait(); order == 'n'; order = child_receive()) {
    child_send("w");
    const std::string id = receive(session);
    const double received_at = seconds();
    acknowledge(session, id);
    std::string moment(sizeof(received_at), '\0');
    std::memcpy(moment.data(), &received_at, sizeof(received_at));
    child_send(moment);
  }
}

void measure_messages(Run& run) {
  if (!run.wants("send_receive") && !run.wants("wake_process")) return;
  const std::string path = run.folder.file("messages.db");
  struct Found {
    double send_receive = 0;
    double beyond_us = 0;
    double received_us = 0;
    double sync_us = 0;
  };
  const auto measure_at = [&](std::optional<int> sync_microseconds) {
    std::vector<double> ratios;
    std::vector<double> beyond;
    Found found;
    const auto database = make_swarm(path);
    set_sync_microseconds(sync_microseconds);
    for (int repeat = 0; repeat < run.turns.repeats; ++repeat) {
      const double sync = median(sync_nanoseconds(run.folder, kMessages));
      const double inside = in_process_p50(*database);
      ratios.push_back(inside / sync);
      beyond.push_back((between_processes_p50(run, *database, path, sync_microseconds) - sync) / 1000);
      found.received_us = inside / 1000;
      found.sync_us = sync / 1000;
    }
    set_sync_microseconds(std::nullopt);
    found.send_receive = median(ratios);
    found.beyond_us = median(beyond);
    return found;
  };
  const Found shim = measure_at(200);
  run.folder.remove("messages.db");
  const Found slow = measure_at(2000);
  run.folder.remove("messages.db");
  const Found disk = measure_at(std::nullopt);
  run.folder.remove("messages.db");
  run.rows["send_receive"] = {.ratio = disk.send_receive,
                              .details = {{"at_200us", shim.send_receive},
                                          {"at_2ms", slow.send_receive},
                                          {"received_us", disk.received_us},
                                          {"sync_us", disk.sync_us},
                                          {"received_us_at_200us", shim.received_us}}};
  run.rows["wake_process"] = {.ratio = disk.beyond_us, .details = {{"at_200us", shim.beyond_us}, {"at_2ms", slow.beyond_us}}};
}

}  // namespace waggle::bench
