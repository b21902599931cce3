// small_swarm.h: three small texts and a swarm that has reviewed them, on threads of this process instead of processes of its own.

#ifndef WAGGLE_TEST_CLI_DEMO_SMALL_SWARM_H
#define WAGGLE_TEST_CLI_DEMO_SMALL_SWARM_H

#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cli/demo/board.h"
#include "cli/demo/demo.h"
#include "cli/demo/protocol.h"
#include "cli/demo/report.h"
#include "support/temp_dir.h"
#include "waggle/waggle.h"

namespace waggle::test {

inline void write_file(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

// "Bee-1" and "Bee-2" are a family; "Wasp" gives a patent grant and disclaims.
inline void write_texts(const std::string& folder) {
  write_file(folder + "/Bee-1",
             "BEE GENERAL PUBLIC LICENSE\nVersion 1\n\n  1. Copying. You may copy the Program as you like.\n\n\"Program\" means any bee.\n");
  write_file(folder + "/Bee-2",
             "BEE GENERAL PUBLIC LICENSE\nVersion 2\n\n  1. Copying. You may copy the Program as you like.\n\n\"Program\" means all bees.\n");
  write_file(folder + "/Wasp", "Wasp Terms\n\n  1. Grant of Patent License. The wasp hereby grants you a royalty-free patent license to sting.\n\n"
                               "THE WASP IS PROVIDED \"AS IS\" WITHOUT WARRANTY OF ANY KIND, that is the whole disclaimer.\n");
}

// A database in which the swarm of the demo is set up, and nothing has happened yet.
class SmallSwarm {
 public:
  explicit SmallSwarm(std::vector<std::string> workers = {"worker-1", "worker-2"}) : workers_(std::move(workers)) {
    write_texts(texts_.path().string());
    database_ = Database::open({.path = path(), .open_mode = OpenMode::kCreateNew}).value();
    const Session session = database_->as("conductor");
    session.swarms().create({.name = "test", .id = std::string(cli::demo::kSwarm)}).value();
    session.memory().put({.agent_id = "library", .key = "input", .value = Json::string(texts_.path().string())}).value();
    add("planner", {"plan"}, "by_name");
    for (const std::string& worker : workers_) add(worker, {"read", "compare", "summarise"}, "by_name");
  }

  // The planner and all workers from beginning to end. Answers the first error.
  Status run() {
    std::vector<Status> endings(workers_.size() + 1);
    {
      std::vector<std::jthread> threads;
      threads.emplace_back([&] { endings[0] = cli::run_demo_planner({.database = path(), .agent = "planner"}); });
      for (std::size_t i = 0; i < workers_.size(); ++i) {
        threads.emplace_back([&, i] { endings[i + 1] = cli::run_demo_worker({.database = path(), .agent = workers_[i]}); });
      }
    }
    for (const Status& ending : endings) {
      if (!ending) return ending;
    }
    return {};
  }

  Database& database() { return *database_; }
  Session session() const { return database_->as("tester"); }
  std::string path() const { return dir_.file("small.db"); }

  cli::demo::Board board() const {
    cli::demo::Board board;
    const Session reader = session();
    Watcher watcher = reader.changes().watch().value();
    for (;;) {
      const std::vector<Change> changes = watcher.next({}).value();
      if (changes.empty()) return board;
      for (const Change& change : changes) board.apply(change);
    }
  }

  // As the demo would report it, without checks.
  cli::demo::Report report() const {
    cli::demo::Report report;
    const Session reader = session();
    report.files = {"Bee-1", "Bee-2", "Wasp"};
    report.agents = cli::demo::report_agents(reader, board()).value();
    report.proposals = cli::demo::report_proposals(reader).value();
    report.latencies = cli::demo::report_latencies(*database_).value();
    return report;
  }

 private:
  void add(const std::string& name, std::vector<std::string> capabilities, const std::string& style) {
    const Session session = database_->as("conductor");
    session.agents()
        .register_agent({.id = name, .agent_type = "all-round", .capabilities = std::move(capabilities), .swarm_id = std::string(cli::demo::kSwarm)})
        .value();
    session.memory().put({.agent_id = name, .key = "style", .value = Json::string(style)}).value();
  }

  TempDir dir_;
  TempDir texts_;
  std::vector<std::string> workers_;
  std::unique_ptr<Database> database_;
};

// One that has run, made when it is first asked for: reading it changes nothing, so tests share it.
inline SmallSwarm& finished_swarm() {
  static SmallSwarm swarm;
  static const bool has_run = [] {
    swarm.run().value();
    return true;
  }();
  static_cast<void>(has_run);
  return swarm;
}

}  // namespace waggle::test

#endif  // WAGGLE_TEST_CLI_DEMO_SMALL_SWARM_H
