// core_bench.cc: measures the embedded core against SQLite's C interface and the naive pattern. `make bench` runs it whole.
//
//   core_bench [--row ID]... [--folder DIR] [--out DIR] [--repeats N] [--commit HASH] [--print table|json]
//
// Prints a table (or the JSON) and writes DIR/core.json and DIR/threads.svg. Exit status: 0 measured, also when below a floor;
// 3 when the control ratio left 0.95 to 1.05 in every try, so that the figures mean nothing; 1 for an error.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <set>

#include "child.h"
#include "core_rows.h"
#include "core_table.h"
#include "processes.h"
#include "sync_probe.h"

namespace waggle::bench {
namespace {

constexpr int kControlTries = 3;

struct Arguments {
  std::set<std::string> rows;
  std::string folder = ".";
  std::string out = ".";
  std::string commit = "unknown";
  int repeats = 5;
  bool prints_json = false;
};

Arguments parse(int count, char** arguments) {
  Arguments parsed;
  for (int i = 1; i < count; i += 2) {
    const std::string name = arguments[i];
    if (i + 1 == count) throw std::runtime_error(name + ": has no value");
    const std::string value = arguments[i + 1];
    if (name == "--row")
      parsed.rows.insert(value);
    else if (name == "--folder")
      parsed.folder = value;
    else if (name == "--out")
      parsed.out = value;
    else if (name == "--commit")
      parsed.commit = value;
    else if (name == "--repeats")
      parsed.repeats = std::atoi(value.c_str());
    else if (name == "--print" && (value == "table" || value == "json"))
      parsed.prints_json = value == "json";
    else
      throw std::runtime_error(name + " " + value + ": unknown; there are --row, --folder, --out, --commit, --repeats and --print table|json");
  }
  return parsed;
}

int run_child(char** arguments) {
  const std::string kind = arguments[2];
  const int microseconds = std::atoi(arguments[5]);
  const std::optional<int> sync = microseconds < 0 ? std::nullopt : std::optional(microseconds);
  if (kind == "receiver")
    run_receiving_process(arguments[3], sync);
  else
    run_writing_process(kind, arguments[3], std::atoi(arguments[4]), sync);
  return 0;
}

void progress(const char* what) { std::fprintf(stderr, "measuring: %s\n", what); }

void measure_all(Run& run) {
  struct Part {
    const char* what;
    void (*measure)(Run&);
  };
  constexpr Part kParts[] = {{"reads", measure_reads},
                             {"one writer", measure_lone_writer},
                             {"one batch", measure_bulk_put},
                             {"64 writers", measure_group_commit},
                             {"12 processes", measure_processes},
                             {"claims", measure_claim},
                             {"messages", measure_messages},
                             {"opening", measure_open},
                             {"bytes written", measure_write_amplification},
                             {"ten million entries", measure_scale}};
  for (const Part& part : kParts) {
    progress(part.what);
    part.measure(run);
  }
}

// The control that came nearest to 1, of up to kControlTries.
double control(Run& run) {
  double best = 0;
  for (int i = 0; i < kControlTries; ++i) {
    const double ratio = control_ratio(run);
    if (std::abs(ratio - 1) < std::abs(best - 1)) best = ratio;
    if (best >= 0.95 && best <= 1.05) break;
  }
  return best;
}

int run_all(const Arguments& arguments, const std::string& program) {
  const Folder folder(arguments.folder);
  Run run{.folder = folder,
          .turns = {.repeats = arguments.repeats},
          .wants = [&](std::string_view id) { return arguments.rows.empty() || arguments.rows.contains(std::string(id)); },
          .program = program,
          .system_sqlite = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "system_sqlite"};
  Report report{.bench = "core", .commit = arguments.commit};
  progress("the control");
  report.control_ratio = control(run);
  std::vector<double> syncs = sync_nanoseconds(folder, 200);
  report.fsync_p50_ms = percentile(syncs, 0.5) / 1e6;
  measure_all(run);
  if (arguments.rows.empty()) {
    progress("the table of latencies and the plot");
    run.plot_path = arguments.out + "/threads.svg";
    print_latency_table(run);
    print_system_sqlite(run);
    plot_threads(run);
  }
  for (const Target& target : kCoreTargets) {
    if (!run.wants(target.id)) continue;
    const auto found = run.rows.find(target.id);
    report.rows.emplace_back(target, found != run.rows.end() ? found->second : Row{.skipped = "no measurement was made"});
  }
  report.texts = run.texts;
  std::printf("%s", arguments.prints_json ? report.json().c_str() : report.table().c_str());
  write_file(arguments.out + "/core.json", report.json());
  return report.control_ratio >= 0.95 && report.control_ratio <= 1.05 ? 0 : 3;
}

}  // namespace
}  // namespace waggle::bench

int main(int count, char** arguments) {
  try {
    if (count == 6 && std::strcmp(arguments[1], "--child") == 0) return waggle::bench::run_child(arguments);
    return waggle::bench::run_all(waggle::bench::parse(count, arguments), "/proc/self/exe");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
