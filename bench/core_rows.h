// core_rows.h: the measurements of the core benchmark, a function for each group of rows of core_table.h.

#ifndef WAGGLE_BENCH_CORE_ROWS_H
#define WAGGLE_BENCH_CORE_ROWS_H

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "measure.h"
#include "report.h"
#include "subject.h"

namespace waggle::bench {

struct Run {
  const Folder& folder;
  Turns turns;
  // Is the row asked for? A group that gives several rows asks for each.
  std::function<bool(std::string_view id)> wants;
  std::map<std::string, Row> rows = {};  // by id: what is found is put here
  std::vector<std::string> texts = {};   // tables besides the rows
  std::string program = {};              // this program, to be started again as other processes
  std::string system_sqlite = {};        // the program with the system's SQLite
  std::string plot_path = {};
};

// reads.cc
double control_ratio(Run& run);
void measure_reads(Run& run);
void measure_scale(Run& run);
// writes.cc
void measure_lone_writer(Run& run);
void measure_bulk_put(Run& run);
void measure_write_amplification(Run& run);
// group_commit.cc
void measure_group_commit(Run& run);
void plot_threads(Run& run);
// processes.cc
void measure_processes(Run& run);
// tasks.cc
void measure_claim(Run& run);
// messages.cc
void measure_messages(Run& run);
// open.cc
void measure_open(Run& run);
// system_table.cc
void print_system_sqlite(Run& run);
// latency_table.cc
void print_latency_table(Run& run);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_CORE_ROWS_H
