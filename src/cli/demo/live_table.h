// live_table.h: the demo's view while it runs: a table that redraws itself on a terminal, or a line of progress now and then elsewhere.

#ifndef WAGGLE_CLI_DEMO_LIVE_TABLE_H
#define WAGGLE_CLI_DEMO_LIVE_TABLE_H

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/demo/board.h"
#include "cli/demo/demo.h"

namespace waggle::cli::demo {

// One agent as the view shows it.
struct AgentView {
  std::string name;
  std::string type;
  std::string status;
};

// Columns and lines that may be drawn on.
struct Space {
  std::size_t width;
  std::size_t height;
};

// What the table shows: pure, for any space. Agents for whom no line is left are counted in one.
std::vector<std::string> render_board(const std::vector<AgentView>& agents, const Board& board, Space space);

// The cursor of the terminal is hidden while it lives and comes back with the destructor.
class LiveTable {
 public:
  explicit LiveTable(DemoOptions::View view);
  ~LiveTable();
  LiveTable(const LiveTable&) = delete;
  LiveTable& operator=(const LiveTable&) = delete;

  // At most ten times a second on a terminal, once a second elsewhere; more calls are ignored.
  void update(const std::vector<AgentView>& agents, const Board& board);
  // Something worth a line of its own: above the table, or on stderr.
  void announce(const std::string& line);

 private:
  void erase();

  DemoOptions::View view_;  // kTable only on a terminal
  std::size_t lines_drawn_ = 0;
  std::optional<std::chrono::steady_clock::time_point> last_update_;
};

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_LIVE_TABLE_H
