// config_file.h: the settings that a TOML file may hold.

#ifndef WAGGLE_CLI_CONFIG_FILE_H
#define WAGGLE_CLI_CONFIG_FILE_H

#include <optional>
#include <string>

#include "base/result.h"

namespace waggle::cli {

struct ConfigFile {
  std::optional<std::string> database;
  std::optional<std::string> agent;
  std::optional<std::string> token;
  std::optional<std::string> output;
  std::optional<std::string> timeout;
  std::optional<std::string> colour;
};

enum class IfMissing { kRefuse, kEmpty };

// not_found or io for a file that cannot be read, invalid_argument for one that is not TOML or has unknown keys: the error names file and line.
Result<ConfigFile> read_config_file(const std::string& path, IfMissing if_missing);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_CONFIG_FILE_H
