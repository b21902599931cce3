// live_table.cc: see live_table.h. Plain ECMA-48 sequences that every terminal of today knows.

#include "cli/demo/live_table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "cli/demo/table.h"

namespace waggle::cli::demo {
namespace {

using Align = Table::Align;
using View = DemoOptions::View;

constexpr std::chrono::milliseconds kRedrawEvery{100};
constexpr std::chrono::milliseconds kProgressEvery{1'000};
constexpr std::size_t kDefaultWidth = 100;

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefaultWidth;
  return size.ws_col;
}

std::string totals(const Board& board) {
  const Deeds total = board.total();
  return std::to_string(total.tasks) + " of " + std::to_string(board.tasks_created()) + " tasks done, " + std::to_string(total.memories) +
         " memories, " + std::to_string(total.messages) + " messages, " + std::to_string(total.votes) + " votes, " +
         std::to_string(board.proposals_decided()) + " of " + std::to_string(board.proposals_opened()) + " proposals decided";
}

}  // namespace

std::vector<std::string> render_board(const std::vector<AgentView>& agents, const Board& board, std::size_t width) {
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
  std::vector<std::string> lines = table.lines(width);
  lines.push_back(totals(board).substr(0, width));
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
  const std::vector<std::string> lines = render_board(agents, board, terminal_width() - 1);
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
  lines_drawn_ = lines.size();
  std::fflush(stdout);
}

void LiveTable::announce(const std::string& line) {
  if (view_ == View::kLines) std::fprintf(stderr, "%s\n", line.c_str());
  if (view_ != View::kTable) return;
  erase();
  std::printf("%s\n", line.c_str());
  last_update_.reset();
}

void LiveTable::erase() {
  if (lines_drawn_ > 0) std::printf("\x1b[%zuA\x1b[J", lines_drawn_);
  lines_drawn_ = 0;
}

}  // namespace waggle::cli::demo
