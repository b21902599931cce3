// config_file.cc: reading the config file with toml++, which is kept out of every other file.

#include "cli/config_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

// NOLINTBEGIN(readability-identifier-naming): toml++ names its switches
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
// NOLINTEND(readability-identifier-naming)
#include <toml++/toml.h>

namespace waggle::cli {

namespace {

constexpr std::size_t kBytesMax = 1 << 20;
constexpr const char* kKnownKeys = "the keys are db, agent, token, output, timeout and color, each a text in quotes";

Result<std::string> read_whole(const std::string& path, int descriptor) {
  std::string content;
  std::array<char, 4096> chunk{};
  while (true) {
    const ssize_t got = ::read(descriptor, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error(Code::kIo, "the config file " + path + " cannot be read: " + std::strerror(errno), "check its rights");
    if (got == 0) return content;
    content.append(chunk.data(), static_cast<std::size_t>(got));
    if (content.size() > kBytesMax) return Error(Code::kInvalidArgument, "the config file " + path + " is larger than 1 MiB", kKnownKeys);
  }
}

std::optional<std::string>* field_of(ConfigFile& file, std::string_view key) {
  if (key == "db") return &file.database;
  if (key == "agent") return &file.agent;
  if (key == "token") return &file.token;
  if (key == "output") return &file.output;
  if (key == "timeout") return &file.timeout;
  if (key == "color") return &file.colour;
  return nullptr;
}

}  // namespace

Result<ConfigFile> read_config_file(const std::string& path, IfMissing if_missing) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR;
    if (missing && if_missing == IfMissing::kEmpty) return ConfigFile{};
    return Error(missing ? Code::kNotFound : Code::kIo, "the config file " + path + " cannot be opened: " + std::strerror(errno), "check --config");
  }
  Result<std::string> content = read_whole(path, descriptor);
  ::close(descriptor);
  if (!content) return content.error();

  const toml::parse_result parsed = toml::parse(*content);
  if (!parsed) {
    return Error(Code::kInvalidArgument, "the config file " + path + " is not TOML at line " + std::to_string(parsed.error().source().begin.line),
                 kKnownKeys);
  }
  ConfigFile file;
  for (const auto& [key, node] : parsed.table()) {
    std::optional<std::string>* field = field_of(file, key.str());
    const auto text = node.value_exact<std::string>();
    if (field == nullptr || !text) {
      return Error(Code::kInvalidArgument,
                   "the config file " + path + " has an unknown key or a value that is no text at line " + std::to_string(node.source().begin.line),
                   kKnownKeys);
    }
    *field = *text;
  }
  return file;
}

}  // namespace waggle::cli
