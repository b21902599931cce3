// latency.cc: see latency.h.

#include "cli/demo/latency.h"

#include <cmath>
#include <utility>

#include "base/json.h"

namespace waggle::cli::demo {

std::int64_t Histogram::bucket_of(std::int64_t microseconds) {
  if (microseconds <= 1) return 1;
  const auto bound_at = [](double quarters) { return static_cast<std::int64_t>(std::ceil(std::exp2(quarters / 4))); };
  const double quarters = std::ceil(4 * std::log2(static_cast<double>(microseconds)));
  // Bounds are rounded up to whole microseconds, so the one before may reach as far already.
  return bound_at(quarters - 1) >= microseconds ? bound_at(quarters - 1) : bound_at(quarters);
}

std::int64_t Histogram::count() const {
  std::int64_t total = 0;
  for (const auto& [bound, count] : counts_) total += count;
  return total;
}

Duration Histogram::percentile(double fraction) const {
  const double wanted = fraction * static_cast<double>(count());
  std::int64_t below = 0;
  std::int64_t last_bound = 0;
  for (const auto& [bound, count] : counts_) {
    below += count;
    last_bound = bound;
    if (static_cast<double>(below) >= wanted) break;
  }
  return Duration(last_bound);
}

Json Histogram::to_json() const {
  base::JsonWriter json;
  json.begin_object();
  for (const auto& [bound, count] : counts_) json.key(std::to_string(bound)).integer(count);
  json.end_object();
  return Json(json.take());
}

}  // namespace waggle::cli::demo
