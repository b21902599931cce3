// report.cc: see report.h.

#include "report.h"

#include <sys/utsname.h>
#include <unistd.h>
#include <ctime>

#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "base/json.h"

namespace waggle::bench {
namespace {

std::string cpu_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

void write_row(base::JsonWriter& json, const Target& target, const Row& row) {
  json.begin_object().key("id").string(target.id).key("ratio");
  if (row.ratio)
    json.number(*row.ratio);
  else
    json.null();
  json.key("better").string(target.better == Better::kHigher ? "higher" : "lower");
  json.key("floor").number(target.floor).key("goal").number(target.goal).key("unit").string(target.unit);
  json.key("detail").begin_object();
  if (!row.ratio) json.key("skipped").string(row.skipped);
  for (const auto& [name, number] : row.details) json.key(name).number(number);
  json.end_object().end_object();
}

std::string formatted(const char* format, auto... values) {
  char line[512];
  std::snprintf(line, sizeof(line), format, values...);
  return line;
}

}  // namespace

Machine this_machine() {
  utsname names{};
  uname(&names);
  return {cpu_name(), static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)), names.release};
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[16];
  std::strftime(text, sizeof(text), "%Y-%m-%d", &utc);
  return text;
}

std::string_view verdict(const Target& target, const Row& row) {
  if (!row.ratio) return "skipped";
  const bool higher = target.better == Better::kHigher;
  const auto reaches = [&](double bound) { return higher ? *row.ratio >= bound : *row.ratio <= bound; };
  return reaches(target.goal) ? "goal" : reaches(target.floor) ? "floor" : "BELOW";
}

std::string Report::json() const {
  const Machine machine = this_machine();
  base::JsonWriter json;
  json.begin_object().key("bench").string(bench).key("commit").string(commit).key("date").string(today());
  json.key("machine")
      .begin_object()
      .key("cpu")
      .string(machine.cpu)
      .key("cores")
      .integer(machine.cores)
      .key("kernel")
      .string(machine.kernel)
      .end_object();
  json.key("control_ratio").number(control_ratio).key("fsync_p50_ms").number(fsync_p50_ms);
  json.key("rows").begin_array();
  for (const auto& [target, row] : rows) write_row(json, target, row);
  json.end_array().end_object();
  return json.take();
}

std::string Report::table() const {
  std::string out = formatted("%-22s %10s %9s %9s %-5s %-8s %s\n", "row", "ratio", "floor", "goal", "unit", "reached", "what");
  for (const auto& [target, row] : rows) {
    const std::string ratio = row.ratio ? formatted("%.4g", *row.ratio) : std::string("-");
    out +=
        formatted("%-22s %10s %8s%.3g %8s%.3g %-5s %-8s %s\n", target.id, ratio.c_str(), target.better == Better::kHigher ? ">=" : "<=", target.floor,
                  target.better == Better::kHigher ? ">=" : "<=", target.goal, target.unit, std::string(verdict(target, row)).c_str(), target.what);
    if (!row.ratio) out += "    " + row.skipped + "\n";
    std::string details;
    for (const auto& [name, number] : row.details) details += formatted("%s%s %.4g", details.empty() ? "" : ", ", name.c_str(), number);
    if (!details.empty()) out += "    " + details + "\n";
  }
  out += formatted("A/A control %.3f; one sync of this disk takes %.3f ms (p50)\n", control_ratio, fsync_p50_ms);
  for (const std::string& text : texts) out += "\n" + text;
  return out;
}

void write_file(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::trunc);
  file << text << '\n';
  file.close();
  if (!file) throw std::runtime_error(path + ": cannot be written");
}

}  // namespace waggle::bench
