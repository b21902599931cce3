// progress.h: a bar on a terminal for work that takes longer than a second.

#ifndef WAGGLE_CLI_PROGRESS_H
#define WAGGLE_CLI_PROGRESS_H

#include <cstdint>
#include <string>

#include "base/deadline.h"

namespace waggle::cli {

class Progress {
 public:
  // Where to draw. With kOff nothing is ever drawn.
  enum class Drawing { kOff, kOn };
  struct Options {
    int descriptor = 2;
    Drawing drawing = Drawing::kOff;
    Duration quiet_for = std::chrono::seconds(1);  // work that is over by then shows no bar
  };
  Progress(std::string what, const Options& options);
  // Wipes the bar away.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` of `total` parts. Draws at most ten times a second.
  void show(std::int64_t done, std::int64_t total);

 private:
  std::string what_;
  Options options_;
  base::Deadline next_drawing_;
  bool drawn_ = false;
};

// "backup [##########..........]  50%"
std::string format_progress(const std::string& what, std::int64_t done, std::int64_t total);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_PROGRESS_H
