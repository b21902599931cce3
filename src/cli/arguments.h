// arguments.h: the arguments of one command: declared once, and from that parsed, helped with and completed. CLI11 does the work behind it.
//
// Before CLI11 sees the words they are put into the one order that leaves it nothing to guess: options with their values, `--`, positionals. So
// values may be empty or begin with a dash, `--opt=value` works everywhere, and nothing that looks like a list or like a command's name is special.

#ifndef WAGGLE_CLI_ARGUMENTS_H
#define WAGGLE_CLI_ARGUMENTS_H

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cli/errors.h"
#include "cli/values.h"

namespace waggle::cli {

// How an argument is written and what it is for. All are literals.
struct Spelling {
  const char* names;  // an option's "-n,--count", or a positional's "AGENT"
  const char* value;  // what stands for the value in the help, for example "DUR"; unused for flags and positionals
  const char* help;
};

class Arguments {
 public:
  // The command as it is typed, for example "waggle memory put", and what it does.
  Arguments(const std::string& command, const std::string& summary);
  ~Arguments();
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  // A variable that lives as long as whoever holds the answer: where a command keeps what it was given.
  template <typename T>
  static std::shared_ptr<T> keep() {
    return std::make_shared<T>();
  }

  // The targets must live until parse has returned. A positional is required unless its target is optional; one for a vector takes one or more, and
  // must be the last. An option for a vector may be repeated; of another that is repeated the last counts.
  template <typename T>
  void positional(Spelling spelling, T& target) {
    add_positional(spelling, count_of(target), [&target](std::string_view text) { return read_value(text, target); });
  }
  template <typename T>
  void option(Spelling spelling, T& target) {
    add_option(spelling, Need::kOptional, [&target](std::string_view text) { return read_value(text, target); });
  }
  template <typename T>
  void required(Spelling spelling, T& target) {
    add_option(spelling, Need::kRequired, [&target](std::string_view text) { return read_value(text, target); });
  }
  void flag(Spelling spelling, bool& target);

  // Options declared from here on are shown in the help under this heading. One whose name is taken is left out: the command's own wins.
  void start_shared_group(const char* heading);

  void example(const char* command, const char* meaning);
  // A paragraph after the options.
  void note(const char* text);

  // How many of the words, beginning at `first`, one option takes that stands there: 0 when it is no option declared here.
  std::size_t option_length(const std::vector<std::string>& words, std::size_t first) const;

  // Assigns the words to the targets. Asking for help (-h, --help) is no error: see help_wanted().
  std::optional<Failure> parse(const std::vector<std::string>& words);
  bool help_wanted() const { return help_wanted_; }

  std::string help() const;
  // Every spelling of every option, for completions: "--ttl", "-o".
  std::vector<std::string> option_names() const;
  // Of those that take a value only.
  std::vector<std::string> valued_option_names() const;

 private:
  enum class Need { kOptional, kRequired };
  enum class Count { kAtMostOne, kOne, kSeveral };
  using Take = std::function<Status(std::string_view text)>;

  template <typename T>
  static Count count_of(const std::vector<T>&) {
    return Count::kSeveral;
  }
  template <typename T>
  static Count count_of(const std::optional<T>&) {
    return Count::kAtMostOne;
  }
  template <typename T>
  static Count count_of(const T&) {
    return Count::kOne;
  }

  struct Words;
  struct Impl;

  void add_positional(Spelling spelling, Count count, Take take);
  void add_option(Spelling spelling, Need need, Take take);
  std::optional<Failure> sort(const std::vector<std::string>& words, Words& sorted);
  std::optional<Failure> sort_option(const std::vector<std::string>& words, std::size_t& place, Words& sorted);
  void keep_first_error(const std::string& label, const Status& status);

  std::unique_ptr<Impl> impl_;
  std::optional<Error> first_error_;
  bool help_wanted_ = false;
};

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_ARGUMENTS_H
