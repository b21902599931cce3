// options.cc: the ranges of Options, as waggle/options.h names them.

#include "waggle/options.h"

#include "base/result.h"

namespace waggle {

namespace {

Error out_of_range(std::string_view field, std::string_view range) {
  return Error(Code::kInvalidArgument, "the option " + std::string(field) + " is out of its range", "give " + std::string(range));
}

Status check_mode(Mode mode) {
  switch (mode) {
    case Mode::kEmbedded:
      return {};
    case Mode::kRemote:
      return Error(Code::kUnsupported, "the remote mode needs the client for libSQL servers, which this build lacks",
                   "open a local file in the embedded mode");
    case Mode::kHybrid:
      return Error(Code::kUnsupported, "the hybrid mode needs the replica that syncs with a remote, which this build lacks",
                   "open a local file in the embedded mode");
  }
  return out_of_range("mode", "embedded, remote or hybrid");
}

}  // namespace

Status Options::validate() const {
  constexpr std::size_t kCheckpointBytesMin = std::size_t{64} << 10;
  constexpr std::size_t kCheckpointBytesMax = std::size_t{1} << 30;

  WAGGLE_TRY(check_mode(mode));
  if (path.empty()) return out_of_range("path", "the name of the database file");
  if (path.find('\0') != std::string::npos) return out_of_range("path", "a name without NUL bytes");
  if (max_connections < 1 || max_connections > 256) return out_of_range("max_connections", "1 to 256");
  if (timeout < std::chrono::milliseconds(1) || timeout > std::chrono::hours(24)) return out_of_range("timeout", "1 ms to 1 day");
  if (checkpoint_bytes < kCheckpointBytesMin || checkpoint_bytes > kCheckpointBytesMax) {
    return out_of_range("checkpoint_bytes", "64 KiB to 1 GiB");
  }
  if (changes_age_max < Duration::zero()) return out_of_range("changes_age_max", "a duration that is not negative");
  if (changes_count_max < 0) return out_of_range("changes_count_max", "0 for no limit, or a positive number");
  return {};
}

}  // namespace waggle
