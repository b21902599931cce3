// arguments_fuzz.cc: any words become arguments or a failure; and what was given after `--` arrives as it was given.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "cli/arguments.h"

namespace {

// A command with one of everything.
struct Sample {
  std::string agent;
  std::optional<std::string> extra;
  std::optional<std::int64_t> number;
  std::optional<std::string> text;
  std::vector<std::string> many;
  bool flag = false;

  bool parse(const std::vector<std::string>& words) {
    waggle::cli::Arguments arguments("waggle sample", "A sample");
    arguments.positional({"AGENT", "", ""}, agent);
    arguments.positional({"EXTRA", "", ""}, extra);
    arguments.option({"-n,--number", "N", ""}, number);
    arguments.option({"--text", "T", ""}, text);
    arguments.option({"--many", "M", ""}, many);
    arguments.flag({"-f,--flag", "", ""}, flag);
    return !arguments.parse(words) && !arguments.help_wanted();
  }
};

}  // namespace

// Words are separated by NUL, which no word of a command line can hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == 0)
      words.emplace_back();
    else
      words.back().push_back(static_cast<char>(data[i]));
  }
  Sample().parse(words);
  Sample given;
  WAGGLE_ASSERT(given.parse({"--text", words.front(), "-f", "--", words.back()}));
  WAGGLE_ASSERT(given.text == words.front() && given.agent == words.back() && given.flag);
  return 0;
}
