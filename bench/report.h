// report.h: the rows of a benchmark as a table for people and as JSON for scripts.

#ifndef WAGGLE_BENCH_REPORT_H
#define WAGGLE_BENCH_REPORT_H

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waggle::bench {

enum class Better : std::uint8_t { kHigher, kLower };

struct Target {
  const char* id;
  Better better;
  double floor;
  double goal;
  const char* unit;
  const char* what;
};

// What was found for one target. Details are numbers by name, in the order in which they are to be read.
struct Row {
  std::optional<double> ratio;  // nullopt: not measured, for the reason in `skipped`
  std::string skipped = {};
  std::vector<std::pair<std::string, double>> details = {};
};

struct Machine {
  std::string cpu;
  int cores = 0;
  std::string kernel;
};
Machine this_machine();

// Everything that one run found out.
struct Report {
  std::string bench;
  std::string commit;
  double control_ratio = 0;
  double fsync_p50_ms = 0;
  std::vector<std::pair<Target, Row>> rows;
  std::vector<std::string> texts;  // tables of their own, printed after the rows

  std::string json() const;
  // "met", "floor", "below" or "skipped" behind each row.
  std::string table() const;
};

// "goal", "floor", "BELOW" or "skipped".
std::string_view verdict(const Target& target, const Row& row);

// Today in UTC, "2026-01-31".
std::string today();

// Writes the text into a file, replacing it.
void write_file(const std::string& path, std::string_view text);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_REPORT_H
