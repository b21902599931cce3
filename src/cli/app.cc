// app.cc: finding the command among the words, running it, and telling how it ended.

#include "cli/app.h"

#include <algorithm>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "cli/command.h"
#include "cli/commands/commands.h"
#include "cli/usage.h"

namespace waggle::cli {

namespace {

constexpr const char* kSeeHelp = "see `waggle --help`";

// What the words name: a noun, its verb, the global options before the verb, and everything after it.
struct Located {
  const Noun* noun = nullptr;
  const Verb* verb = nullptr;
  std::vector<std::string> globals;
  std::vector<std::string> rest;
  bool help = false;  // is wanted, about what the words name
};

template <typename Named>
const Named* find_named(std::span<const Named> all, const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(), [&name](const Named& one) { return name == one.name; });
  return found == all.end() ? nullptr : &*found;
}

std::optional<Failure> take_command_word(const std::string& word, Located& located) {
  if (located.noun == nullptr) {
    located.noun = find_named(nouns(), word);
    if (located.noun == nullptr) return usage_failure("unknown command " + word, kSeeHelp);
    if (located.noun->is_command()) located.verb = &located.noun->verbs.front();
    return std::nullopt;
  }
  located.verb = find_named(located.noun->verbs, word);
  if (located.verb != nullptr) return std::nullopt;
  const std::string noun = located.noun->name;
  return usage_failure("unknown command " + noun + " " + word, "see `waggle " + noun + " --help`");
}

// Words before the verb are global options, the noun and the verb itself; `--` there says nothing.
std::optional<Failure> locate(const std::vector<std::string>& words, const Arguments& globals, Located& located) {
  for (std::size_t place = 0; place < words.size(); ++place) {
    const std::string& word = words[place];
    if (located.verb != nullptr) {
      located.rest.push_back(word);
      continue;
    }
    if (word == "-h" || word == "--help") {
      located.help = true;
      return std::nullopt;
    }
    if (word == "help" && located.noun == nullptr) {  // `waggle help memory put`
      located.help = true;
      continue;
    }
    if (const std::size_t length = globals.option_length(words, place); length > 0) {
      located.globals.insert(located.globals.end(), words.begin() + static_cast<std::ptrdiff_t>(place),
                             words.begin() + static_cast<std::ptrdiff_t>(place + length));
      place += length - 1;
    } else if (word.size() > 1 && word.front() == '-' && word != "--") {
      const std::string name = word.substr(0, word.find('='));
      return usage_failure("unknown option " + name + " before the command", "write a command's own options after it");
    } else if (word != "--") {
      if (auto failure = take_command_word(word, located)) return failure;
    }
  }
  return std::nullopt;
}

// The form that the words ask for, found before anything else is understood of them, so that errors in them take it too.
Format wished_format(const std::vector<std::string>& words) {
  Format format = Format::kTable;
  for (std::size_t place = 0; place < words.size() && words[place] != "--"; ++place) {
    std::string_view value;
    const std::string_view word = words[place];
    if (word == "-o" || word == "--output") {
      if (place + 1 < words.size()) value = words[place + 1];
    } else if (word.starts_with("--output=")) {
      value = word.substr(9);
    } else if (word.starts_with("-o")) {
      value = word.substr(2);
    }
    static_cast<void>(read_value(value, format).has_value());  // a wrong one is told of when the options are read
  }
  return format;
}

class Run {
 public:
  Run(const std::vector<std::string>& words, const Process& process) : process_(process), words_(words), format_(wished_format(words)) {}

  int execute() { return tell(understand()); }

  // Tells the failure, if it is one, and answers the exit status.
  int tell(const Ending& ending) const {
    if (ending.failure()) {
      const bool automatic = is_terminal(process_.streams.err) && !process_.environment("NO_COLOR");
      const bool coloured = colour_ == ColourWish::kAlways || (colour_ == ColourWish::kAuto && automatic);
      const ErrorForm text = coloured ? ErrorForm::kColouredText : ErrorForm::kText;
      // When even stderr cannot be written the exit status is all that is left to say it.
      static_cast<void>(
          write_all(process_.streams.err, format_failure(*ending.failure(), format_ == Format::kTable ? text : ErrorForm::kJson)).has_value());
    }
    return ending.exit_status();
  }

 private:
  Ending understand() {
    for (const std::string& word : words_) {
      if (!base::is_utf8(word)) return Error(Code::kInvalidArgument, "an argument holds bytes that are not UTF-8", "use UTF-8");
    }
    GlobalOptions options;
    Arguments globals("waggle", kAbout);
    declare_global_options(globals, options);
    globals.flag({"--version", "", "Print the versions and exit"}, options.version);
    Located located;
    if (auto failure = locate(words_, globals, located)) return *std::move(failure);
    if (located.help && located.verb == nullptr) return print(located.noun == nullptr ? top_help(globals) : noun_help(*located.noun));
    if (located.help) located.rest = {"--help"};
    if (auto failure = globals.parse(located.globals)) return *std::move(failure);
    if (options.version) {
      located.noun = &kVersion;
      located.verb = &kVersion.verbs.front();
    }
    if (located.noun == nullptr) return usage_failure("no command was given", kSeeHelp);
    const std::string noun = located.noun->name;
    if (located.verb == nullptr) return usage_failure("what to do with " + noun + " was not said", "see `waggle " + noun + " --help`");
    return perform(located, options);
  }

  Ending perform(const Located& located, GlobalOptions& options) {
    const std::string verb = located.verb->name;
    Arguments arguments(std::string("waggle ") + located.noun->name + (verb.empty() ? "" : " " + verb), located.verb->summary);
    const Action action = located.verb->declare(arguments);
    declare_global_options(arguments, options);
    auto failure = arguments.parse(located.rest);
    if (arguments.help_wanted()) return print(arguments.help());
    if (failure) return *std::move(failure);
    colour_ = options.colour.value_or(ColourWish::kAuto);

    WAGGLE_ASSIGN_OR_RETURN(Settings settings, settle(options, process_.environment));
    format_ = settings.format;
    colour_ = settings.colour;
    Call call(std::move(settings), {process_.streams, process_.clock});
    Ending ending = action(call);
    call.close();
    if (ending.failure()) {
      call.out().discard();
    } else if (const Status flushed = call.out().flush(); !flushed) {
      return flushed;
    }
    if (ending.failure() && ending.failure()->code == to_string(Code::kCancelled) && call.signal_status() != 0) {
      Failure stopped = *ending.failure();
      stopped.exit_status = call.signal_status();
      return stopped;
    }
    return ending;
  }

  Ending print(const std::string& text) const { return write_all(process_.streams.out, text); }

  const Process& process_;
  const std::vector<std::string>& words_;
  Format format_;
  ColourWish colour_ = ColourWish::kAuto;  // of errors, as far as the words were understood
};

}  // namespace

int run(const std::vector<std::string>& words, const Process& process) {
  Run run(words, process);
  try {
    return run.execute();
  } catch (const std::bad_alloc&) {
    return run.tell(Error(Code::kExhausted, "there is not enough memory for this", "free memory, or ask for less at once"));
  } catch (const std::system_error& error) {
    return run.tell(Error(Code::kExhausted, std::string("the system refuses a thread: ") + error.code().message(), "raise the limit on processes"));
  }
}

}  // namespace waggle::cli
