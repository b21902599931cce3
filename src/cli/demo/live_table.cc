// live_table.cc: see live_table.h. Plain ECMA-48 sequences that every terminal of today knows.

#include "cli/demo/live_table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/demo/table.h"
#include "cli/text.h"

namespace waggle::cli::demo {
namespace {

using Align = Table::Align;
using View = DemoOptions::View;

constexpr std::chrono::milliseconds kRedrawEvery{100};
constexpr std::chrono::milliseconds kProgressEvery{1'000};
constexpr Space kDefaultSpace = {.width = 99, .height = 23};

// All but the last column and the last line, in which the cursor stands: drawing there would make the terminal scroll.
Space terminal_space() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return kDefaultSpace;
  return {.width = size.ws_col - std::size_t{1}, .height = size.ws_row - std::size_t{1}};
}

std::string totals(const Board& board) {
  const Deeds total = board.total();
  return std::to_string(total.tasks) + " of " + std::to_string(board.tasks_created()) + " tasks done, " + std::to_string(total.memories) +
         " memories, " + std::to_string(total.messages) + " messages, " + std::to_string(total.votes) + " votes, " +
         std::to_string(board.proposals_decided()) + " of " + std::to_string(board.proposals_opened()) + " proposals decided";
}

}  // namespace

std::vector<std::string> render_board(const std::vector<AgentView>& agents, const Board& board, Space space) {
  Table table({{"AGENT"},
               {"TYPE"},
               {"STATUS"},
               {"TASKS", Align::kRight},
               {"MEMORIES", Align::kRight},
               {"MESSAGES", Align::kRight},
               {"VOTES", Align::kRight},
               {"HOLDS"}});
  for (const AgentView& agent : agents) {
    const Deeds deeds = board.deeds_of(agent.name);
    table.add({agent.name, agent.type, agent.status, std::to_string(deeds.tasks), std::to_string(deeds.memories), std::to_string(deeds.messages),
               std::to_string(deeds.votes), board.task_of(agent.name)});
  }
  std::vector<std::string> lines = table.lines(space.width);
  const std::size_t room = std::max<std::size_t>(space.height, 3) - 1;  // for the totals
  if (lines.size() > room) {
    const std::size_t left_out = lines.size() - (room - 1);
    lines.resize(room - 1);
    lines.push_back(ellipsize("and " + std::to_string(left_out) + " more agents", space.width));
  }
  lines.push_back(ellipsize(totals(board), space.width));
  return lines;
}

LiveTable::LiveTable(DemoOptions::View view) : view_(view) {
  if (view_ == View::kTable && ::isatty(STDOUT_FILENO) == 0) view_ = View::kLines;
  if (view_ == View::kTable) std::fputs("\x1b[?25l", stdout);
}

LiveTable::~LiveTable() {
  if (view_ != View::kTable) return;
  std::fputs("\x1b[?25h", stdout);
  std::fflush(stdout);
}

void LiveTable::update(const std::vector<AgentView>& agents, const Board& board) {
  const auto now = std::chrono::steady_clock::now();
  const std::chrono::milliseconds pause = view_ == View::kTable ? kRedrawEvery : kProgressEvery;
  if (view_ == View::kNothing || (last_update_ && now - *last_update_ < pause)) return;
  last_update_ = now;
  if (view_ == View::kLines) {
    std::fprintf(stderr, "%s\n", totals(board).c_str());
    return;
  }
  erase();
  const std::vector<std::string> lines = render_board(agents, board, terminal_space());
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
  lines_drawn_ = lines.size();
  std::fflush(stdout);
}

void LiveTable::announce(const std::string& line) {
  const std::string shown = printable(line);
  if (view_ == View::kLines) std::fprintf(stderr, "%s\n", shown.c_str());
  if (view_ != View::kTable) return;
  erase();
  std::printf("%s\n", shown.c_str());
  last_update_.reset();
}

void LiveTable::erase() {
  if (lines_drawn_ > 0) std::printf("\x1b[%zuA\x1b[J", lines_drawn_);
  lines_drawn_ = 0;
}

}  // namespace waggle::cli::demo
