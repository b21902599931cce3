// log.h: the way of the library's remarks to the sink that the user gave, one at a time.

#ifndef WAGGLE_BASE_LOG_H
#define WAGGLE_BASE_LOG_H

#include <string_view>
#include <utility>

#include "base/mutex.h"
#include "waggle/options.h"

namespace waggle::base {

// Thread-safe. Without a sink remarks are dropped. Nothing is logged that is returned as an error as well.
class Log {
 public:
  explicit Log(LogSink sink) : sink_(std::move(sink)) {}

  void info(std::string_view message) { write(LogLevel::kInfo, message); }
  void warning(std::string_view message) { write(LogLevel::kWarning, message); }
  void error(std::string_view message) { write(LogLevel::kError, message); }

 private:
  void write(LogLevel level, std::string_view message) WAGGLE_EXCLUDES(mutex_) {
    if (!sink_) return;
    const MutexLock lock(mutex_);
    sink_(level, message);
  }

  Mutex mutex_;
  const LogSink sink_;
};

}  // namespace waggle::base

#endif  // WAGGLE_BASE_LOG_H
