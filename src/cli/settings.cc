// settings.cc: one value from four places.

#include "cli/settings.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/config_file.h"

namespace waggle::cli {

namespace {

constexpr const char* kDefaultDatabase = "waggle.db";

// The first of the places that has a value.
std::optional<std::string> first_of(std::initializer_list<std::optional<std::string>> places) {
  for (const std::optional<std::string>& place : places) {
    if (place) return place;
  }
  return std::nullopt;
}

Result<ConfigFile> load_config(const GlobalOptions& options, const Environment& environment) {
  if (options.config_path) return read_config_file(*options.config_path, IfMissing::kRefuse);
  if (const auto folder = environment("XDG_CONFIG_HOME")) return read_config_file(*folder + "/waggle/config.toml", IfMissing::kEmpty);
  if (const auto home = environment("HOME")) return read_config_file(*home + "/.config/waggle/config.toml", IfMissing::kEmpty);
  return ConfigFile{};
}

std::string data_folder(const Environment& environment) {
  if (const auto folder = environment("XDG_DATA_HOME")) return *folder + "/waggle";
  if (const auto home = environment("HOME")) return *home + "/.local/share/waggle";
  return {};
}

template <typename T>
Status read_setting(const char* key, const std::optional<std::string>& text, std::optional<T>& out) {
  if (!text || out) return {};
  const Status read = read_value(*text, out);
  if (!read) return Error(read.error().code(), std::string("the config file's ") + key + ": " + read.error().message(), read.error().hint());
  return {};
}

Status check_utf8(const char* what, const std::optional<std::string>& text) {
  if (!text || base::is_utf8(*text)) return {};
  return Error(Code::kInvalidArgument, std::string(what) + " holds bytes that are not UTF-8", "use UTF-8");
}

}  // namespace

void declare_global_options(Arguments& arguments, GlobalOptions& options) {
  arguments.start_shared_group("Global options");
  arguments.option({"--db", "PATH|URL", "The database; else $WAGGLE_DB, else ./waggle.db"}, options.database);
  arguments.option({"--agent", "ID", "The acting agent, recorded with every write; else $WAGGLE_AGENT"}, options.agent);
  arguments.option({"-o,--output", "table|json|jsonl", "How to print"}, options.format);
  arguments.option({"--timeout", "DUR", "How long to wait for locks and work, for example 30s; 5s by default"}, options.timeout);
  arguments.option({"--config", "FILE", "A TOML file with db, agent, token, output, timeout, color"}, options.config_path);
  arguments.option({"--color", "auto|always|never", "Whether to use colours"}, options.colour);
  arguments.flag({"-q,--quiet", "", "No warnings, notes and progress"}, options.quiet);
}

Result<Settings> settle(const GlobalOptions& options, const Environment& environment) {
  WAGGLE_ASSIGN_OR_RETURN(const ConfigFile file, load_config(options, environment));
  std::optional<Format> format = options.format;
  std::optional<Duration> timeout = options.timeout;
  std::optional<ColourWish> colour = options.colour;
  WAGGLE_TRY(read_setting("output", file.output, format));
  WAGGLE_TRY(read_setting("timeout", file.timeout, timeout));
  WAGGLE_TRY(read_setting("color", file.colour, colour));
  if (!colour && environment("NO_COLOR")) colour = ColourWish::kNever;

  Settings settings;
  settings.database =
      first_of({options.database, environment("WAGGLE_DB"), environment("TURSO_DATABASE_URL"), file.database}).value_or(kDefaultDatabase);
  settings.agent = first_of({options.agent, environment("WAGGLE_AGENT"), file.agent});
  settings.data_folder = data_folder(environment);
  settings.token = first_of({environment("WAGGLE_TOKEN"), environment("TURSO_AUTH_TOKEN"), file.token}).value_or("");
  settings.format = format.value_or(Format::kTable);
  settings.timeout = timeout;
  settings.colour = colour.value_or(ColourWish::kAuto);
  settings.quiet = options.quiet;
  WAGGLE_TRY(check_utf8("the name of the database", settings.database));
  WAGGLE_TRY(check_utf8("the acting agent's name", settings.agent));
  if (settings.database.empty()) return Error(Code::kInvalidArgument, "--db is empty", "name a file, for example --db hive.db");
  return settings;
}

bool is_url(std::string_view database) {
  constexpr std::array<std::string_view, 5> kSchemes = {"http://", "https://", "ws://", "wss://", "libsql://"};
  return std::any_of(kSchemes.begin(), kSchemes.end(), [database](std::string_view scheme) { return database.starts_with(scheme); });
}

}  // namespace waggle::cli
