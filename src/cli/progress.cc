// progress.cc: drawing the bar on one line, over itself.

#include "cli/progress.h"

#include <algorithm>
#include <utility>

#include "cli/streams.h"

namespace waggle::cli {

namespace {

constexpr std::int64_t kBarWidth = 40;
constexpr Duration kBetweenDrawings = std::chrono::milliseconds(100);
constexpr std::string_view kWipe = "\r\x1b[K";

// A bar that cannot be drawn is no reason to stop the work.
void draw(int descriptor, const std::string& text) { static_cast<void>(write_all(descriptor, text).has_value()); }

}  // namespace

Progress::Progress(std::string what, const Options& options)
    : what_(std::move(what)), options_(options), next_drawing_(base::Deadline::after(options.quiet_for)) {}

Progress::~Progress() {
  if (drawn_) draw(options_.descriptor, std::string(kWipe));
}

void Progress::show(std::int64_t done, std::int64_t total) {
  if (options_.drawing == Drawing::kOff || !next_drawing_.passed()) return;
  next_drawing_ = base::Deadline::after(kBetweenDrawings);
  drawn_ = true;
  draw(options_.descriptor, std::string(kWipe) + format_progress(what_, done, total));
}

std::string format_progress(const std::string& what, std::int64_t done, std::int64_t total) {
  const std::int64_t parts = std::max<std::int64_t>(total, 1);
  const std::int64_t counted = std::clamp<std::int64_t>(done, 0, parts);
  const auto filled = static_cast<std::size_t>(kBarWidth * counted / parts);
  const std::string percent = std::to_string(100 * counted / parts);
  return what + " [" + std::string(filled, '#') + std::string(static_cast<std::size_t>(kBarWidth) - filled, '.') + "] " +
         std::string(3 - percent.size(), ' ') + percent + "%";
}

}  // namespace waggle::cli
