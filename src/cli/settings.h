// settings.h: what holds for every command: the global options, and where each value comes from (flag, environment, config file, default).

#ifndef WAGGLE_CLI_SETTINGS_H
#define WAGGLE_CLI_SETTINGS_H

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/values.h"

namespace waggle::cli {

// The global options as they were given; absent ones were not.
struct GlobalOptions {
  std::optional<std::string> database;
  std::optional<std::string> agent;
  std::optional<Format> format;
  std::optional<Duration> timeout;
  std::optional<std::string> config_path;
  std::optional<ColourWish> colour;
  bool quiet = false;
  bool version = false;
};

// Declares them under a heading of their own, after the command's options: a command that has an option of the same name keeps its own.
void declare_global_options(Arguments& arguments, GlobalOptions& options);

// The value of an environment variable; nullopt when it is unset or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;

struct Settings {
  std::string database;  // a path or a URL
  std::optional<std::string> agent;
  std::string data_folder;  // what the user keeps beside databases, such as embedders; empty when the environment names no place
  std::string token;        // for a remote; never printed
  Format format = Format::kTable;
  std::optional<Duration> timeout;
  ColourWish colour = ColourWish::kAuto;
  bool quiet = false;
};

// The config file is TOML with the keys db, agent, token, output, timeout and color, all of them texts. Without --config it is
// $XDG_CONFIG_HOME/waggle/config.toml (or ~/.config/waggle/config.toml), which need not exist. invalid_argument for what is wrong in it.
Result<Settings> settle(const GlobalOptions& options, const Environment& environment);

// Is this database somewhere else (http, https, ws, wss, libsql)?
bool is_url(std::string_view database);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_SETTINGS_H
