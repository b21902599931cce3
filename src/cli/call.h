// call.h: what a running command works with: the settings, the database (opened when it is first asked for), and the streams.

#ifndef WAGGLE_CLI_CALL_H
#define WAGGLE_CLI_CALL_H

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "cli/signals.h"
#include "cli/streams.h"
#include "waggle/database.h"

namespace waggle::cli {

class Call {
 public:
  struct Surroundings {
    Streams streams;
    const base::Clock& clock;
  };
  Call(Settings settings, const Surroundings& surroundings);

  const Settings& settings() const { return settings_; }
  const base::Clock& clock() const { return clock_; }
  const Streams& streams() const { return streams_; }
  Output& out() { return out_; }

  // Opens the database of the settings; the same one again at later calls.
  // not_found naming the file and `waggle init` when there is none.
  Result<Database*> database(OpenMode mode = OpenMode::kExisting);

  // A session on it. It acts as the agent of the settings; when none is set, as `natural_agent`, whom the command itself names (may be empty).
  Result<Session> session(std::string_view natural_agent = {});
  SessionOptions session_options() const;

  // From here on SIGINT and SIGTERM request a stop and no longer end the process. Opening the database does this too.
  void catch_signals();
  // Ends waits; never requested before signals are caught.
  std::stop_token stop() const { return signals_ ? signals_->stop() : std::stop_token(); }
  // 130 or 143 when a signal came, else 0.
  int signal_status() const { return signals_ ? signals_->exit_status() : 0; }

  // Lines for people on stderr; nothing with -q.
  void warn(std::string_view text) const;
  void note(std::string_view text) const;
  // May a bar be drawn on stderr?
  bool draws_progress() const;

  // "-" is everything on stdin, UTF-8; any other text is itself.
  Result<std::string> text_or_stdin(const std::string& text) const;

  // Asks on the terminal whether to do something that cannot be undone; refused when there is nobody to ask or the answer is not yes.
  Ending confirm(const std::string& question) const;

  // Closes the database, so that everything is on disk before the answer is shown.
  void close() { database_.reset(); }

 private:
  Settings settings_;
  Streams streams_;
  const base::Clock& clock_;
  Output out_;
  std::unique_ptr<Signals> signals_;  // before the database: its threads inherit the blocked signals, and it stops before them
  std::unique_ptr<Database> database_;
};

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_CALL_H
