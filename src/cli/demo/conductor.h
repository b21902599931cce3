// conductor.h: sets the demo's swarm up, starts its processes, kills one in the middle, and follows what happens to the end.

#ifndef WAGGLE_CLI_DEMO_CONDUCTOR_H
#define WAGGLE_CLI_DEMO_CONDUCTOR_H

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "cli/demo/board.h"
#include "cli/demo/demo.h"
#include "cli/demo/live_table.h"
#include "cli/demo/processes.h"
#include "cli/demo/report.h"
#include "waggle/waggle.h"

namespace waggle::cli::demo {

// What worker number `n` of `count` is, counted from 0: readers, comparers and summarisers in turn, or all-round when there are too few for that.
// Of those who read there are always two or more, so that one can be spared.
struct Role {
  std::string type;
  std::vector<std::string> capabilities;
};
Role role_of(std::size_t n, std::size_t count);

class Conductor {
 public:
  struct Stage {
    std::string input;       // absolute
    std::size_t text_count;  // files in it
    std::size_t workers;
    std::string log_folder;
  };
  // `database` is new and empty.
  Conductor(const Database& database, Stage stage, const DemoOptions& options);

  // From the first process to the last. An error when the swarm does not get through; then its processes are killed by the destructor.
  Status conduct();

  const Board& board() const { return board_; }
  const Session& session() const { return session_; }
  // Whom it killed; empty names when nobody could be caught with a task.
  const Killing& killing() const { return killing_; }

 private:
  struct Member {
    std::string name;
    std::string log_path;
    std::optional<Process> process;
    bool has_ended = false;
  };

  Status make_swarm();
  Status start_all();
  Status start(Member& member, const std::string& command);
  Status follow_changes(Watcher& watcher, Duration wait);
  Status look_after_processes();
  Status try_to_kill();
  bool is_time_to_kill() const;
  Status refresh_view();
  bool all_have_ended() const;

  const Database& database_;
  Stage stage_;
  Session session_;
  base::Deadline end_;
  LiveTable view_;
  std::vector<AgentView> agents_;
  std::optional<std::chrono::steady_clock::time_point> agents_read_at_;
  Board board_;
  Killing killing_;
  std::vector<Member> members_;  // the planner first
};

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_CONDUCTOR_H
