// call.cc: opening the database as the settings say, and talking to the user.

#include "cli/call.h"

#include <utility>

#include "base/text.h"
#include "cli/text.h"

namespace waggle::cli {

namespace {

// Above the largest value that memory takes, because white space between the tokens of JSON is dropped only after reading.
constexpr std::size_t kStdinBytesMax = std::size_t{256} << 20;

Colour choose_colour(ColourWish wish, int descriptor) {
  if (wish == ColourWish::kAuto) return is_terminal(descriptor) ? Colour::kOn : Colour::kOff;
  return wish == ColourWish::kAlways ? Colour::kOn : Colour::kOff;
}

Error no_database(const std::string& path) {
  const std::string init = path == "waggle.db" ? "`waggle init`" : "`waggle init --db " + path + "`";
  return Error(Code::kNotFound, "there is no database " + path, "make one with " + init + ", or name another with --db");
}

// A remark that cannot be written is no reason to fail.
void say(int descriptor, const std::string& line) { static_cast<void>(write_all(descriptor, line).has_value()); }

}  // namespace

Call::Call(Settings settings, const Surroundings& surroundings)
    : settings_(std::move(settings)),
      streams_(surroundings.streams),
      clock_(surroundings.clock),
      out_(streams_.out, {settings_.format, choose_colour(settings_.colour, streams_.out)}) {}

Result<Database*> Call::database(OpenMode mode) {
  if (database_) return database_.get();
  Options options;
  if (is_url(settings_.database)) {
    options.mode = Mode::kRemote;
    options.remote_url = settings_.database;
  } else {
    options.path = settings_.database;
  }
  options.auth_token = settings_.token;
  options.open_mode = mode;
  options.timeout = settings_.timeout.value_or(options.timeout);
  options.max_connections = 2;  // one command reads on one thread; the second serves what the library looks up meanwhile
  options.cache_bytes = 0;      // nothing is read twice
  options.log = [this](LogLevel level, std::string_view message) {
    if (level != LogLevel::kInfo) warn(message);
  };
  catch_signals();
  Result<std::unique_ptr<Database>> opened = Database::open(options);
  if (!opened && opened.error().code() == Code::kNotFound && mode == OpenMode::kExisting) return no_database(settings_.database);
  if (!opened) return opened.error();
  database_ = *std::move(opened);
  return database_.get();
}

void Call::catch_signals() {
  if (!signals_) signals_ = std::make_unique<Signals>();
}

Result<Session> Call::session(std::string_view natural_agent) {
  WAGGLE_ASSIGN_OR_RETURN(Database * opened, database());
  return opened->as(settings_.agent.value_or(std::string(natural_agent)), session_options());
}

SessionOptions Call::session_options() const { return {settings_.timeout, stop()}; }

void Call::warn(std::string_view text) const {
  if (!settings_.quiet) say(streams_.err, "warning: " + printable(text) + "\n");
}

void Call::note(std::string_view text) const {
  if (!settings_.quiet) say(streams_.err, printable(text) + "\n");
}

bool Call::draws_progress() const { return !settings_.quiet && is_terminal(streams_.err); }

Result<std::string> Call::text_or_stdin(const std::string& text) const {
  if (text != "-") return text;
  WAGGLE_ASSIGN_OR_RETURN(std::string content, read_all(streams_.in, kStdinBytesMax));
  if (!base::is_utf8(content)) return Error(Code::kInvalidArgument, "standard input holds bytes that are not UTF-8", "convert it to UTF-8 first");
  return content;
}

Ending Call::confirm(const std::string& question) const {
  if (!is_terminal(streams_.in) || !is_terminal(streams_.err)) return refused_failure("this cannot be undone and nobody can be asked", "add --yes");
  WAGGLE_TRY(write_all(streams_.err, printable(question) + " [y/N] "));
  const Result<std::string> answer = read_line(streams_.in);
  if (!answer) return answer.error();
  if (*answer == "y" || *answer == "Y" || *answer == "yes") return {};
  return refused_failure("nothing was done", "answer y, or add --yes");
}

}  // namespace waggle::cli
