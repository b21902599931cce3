// arguments.cc: words into order, and CLI11 behind the declarations.

#include "cli/arguments.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

namespace waggle::cli {

namespace {

struct Option {
  std::vector<std::string> names;  // with their dashes
  bool takes_value = true;
};

std::vector<std::string> split_names(std::string_view names) {
  std::vector<std::string> out;
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    out.emplace_back(names.substr(0, comma));
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return out;
}

// "--ttl" of "--ttl=5s", "-n" of "-n5", and the rest of the word.
struct OptionWord {
  std::string name;
  std::optional<std::string> value;  // attached to the name
};

bool looks_like_option(std::string_view word) { return word.size() > 1 && word.front() == '-' && word != "--"; }

OptionWord take_apart(std::string_view word) {
  if (word.starts_with("--")) {
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) return {std::string(word), std::nullopt};
    return {std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))};
  }
  if (word.size() == 2) return {std::string(word), std::nullopt};
  return {std::string(word.substr(0, 2)), std::string(word.substr(2))};
}

}  // namespace

// The words in the order in which CLI11 gets them.
struct Arguments::Words {
  std::vector<std::string> options;
  std::vector<std::string> positionals;
};

struct Arguments::Impl {
  explicit Impl(const std::string& summary, const std::string& command) : app(summary, command) {}

  const Option* find(const std::string& name) const {
    const auto found =
        std::find_if(options.begin(), options.end(), [&name](const Option& one) { return std::count(one.names.begin(), one.names.end(), name) > 0; });
    return found == options.end() ? nullptr : &*found;
  }

  // The same spellings without those that are taken already, as CLI11 wants them; empty when all are.
  std::string free_names(const char* names) const {
    std::string free;
    for (const std::string& name : split_names(names)) {
      if (find(name) == nullptr) free += (free.empty() ? "" : ",") + name;
    }
    return free;
  }

  CLI::App app;
  std::vector<Option> options;
  CLI::Option* last_positional = nullptr;  // set when it takes several
  std::size_t positional_count = 0;
  std::string group = "Options";
  std::string examples;
  std::string notes;
};

Arguments::Arguments(const std::string& command, const std::string& summary) : impl_(std::make_unique<Impl>(summary, command)) {
  impl_->app.set_help_flag("-h,--help", "Print this help and exit");
  impl_->options.push_back({{"-h", "--help"}, false});
  const auto formatter = std::make_shared<CLI::Formatter>();
  formatter->column_width(32);
  formatter->label("REQUIRED", "(required)");
  formatter->label("TEXT", "");
  impl_->app.formatter(formatter);
}

Arguments::~Arguments() = default;

void Arguments::keep_first_error(const std::string& label, const Status& status) {
  if (status || first_error_) return;
  const Error& error = status.error();
  first_error_ = Error(error.code(), label + ": " + error.message(), error.hint());
}

void Arguments::add_positional(Spelling spelling, Count count, Take take) {
  const auto callback = [this, label = std::string(spelling.names), take = std::move(take)](const CLI::results_t& texts) {
    for (const std::string& text : texts) keep_first_error(label, take(text));
    return true;
  };
  CLI::Option* option = impl_->app.add_option(spelling.names, callback, spelling.help);
  option->required(count != Count::kAtMostOne);
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  ++impl_->positional_count;
  if (count == Count::kSeveral) impl_->last_positional = option;
}

void Arguments::add_option(Spelling spelling, Need need, Take take) {
  const std::string names = impl_->free_names(spelling.names);
  if (names.empty()) return;
  impl_->options.push_back({split_names(names), true});
  const std::string label = split_names(spelling.names).back();
  const auto callback = [this, label, take = std::move(take)](const CLI::results_t& texts) {
    for (const std::string& text : texts) keep_first_error(label, take(text));
    return true;
  };
  CLI::Option* option = impl_->app.add_option(names, callback, spelling.help);
  option->type_name(spelling.value)->required(need == Need::kRequired)->group(impl_->group);
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void Arguments::flag(Spelling spelling, bool& target) {
  const std::string names = impl_->free_names(spelling.names);
  if (names.empty()) return;
  impl_->options.push_back({split_names(names), false});
  impl_->app.add_flag(names, target, spelling.help)->group(impl_->group);
}

void Arguments::start_shared_group(const char* heading) { impl_->group = heading; }

void Arguments::example(const char* command, const char* meaning) { impl_->examples += std::string("\n  ") + command + "\n      " + meaning; }

void Arguments::note(const char* text) { impl_->notes += std::string(text) + "\n\n"; }

std::size_t Arguments::option_length(const std::vector<std::string>& words, std::size_t first) const {
  if (!looks_like_option(words[first])) return 0;
  const OptionWord word = take_apart(words[first]);
  const Option* option = impl_->find(word.name);
  if (option == nullptr) return 0;
  return option->takes_value && !word.value && first + 1 < words.size() ? 2 : 1;
}

std::optional<Failure> Arguments::sort_option(const std::vector<std::string>& words, std::size_t& place, Words& sorted) {
  const OptionWord word = take_apart(words[place]);
  const Option* option = impl_->find(word.name);
  if (option == nullptr) {
    return usage_failure("unknown option " + word.name, "see `" + impl_->app.get_name() + " --help`; before values that begin with a dash write --");
  }
  if (word.name == "-h" || word.name == "--help") help_wanted_ = true;
  sorted.options.push_back(word.name);
  if (!option->takes_value) {
    if (word.value) return usage_failure("option " + word.name + " takes no value", "write " + word.name + " alone");
    return std::nullopt;
  }
  if (!word.value && ++place == words.size()) return usage_failure("option " + word.name + " lacks its value", "write " + word.name + " VALUE");
  sorted.options.push_back(word.value ? *word.value : words[place]);
  return std::nullopt;
}

std::optional<Failure> Arguments::sort(const std::vector<std::string>& words, Words& sorted) {
  bool options_ended = false;
  for (std::size_t place = 0; place < words.size() && !help_wanted_; ++place) {
    if (!options_ended && words[place] == "--") {
      options_ended = true;
    } else if (!options_ended && looks_like_option(words[place])) {
      if (auto failure = sort_option(words, place, sorted)) return failure;
    } else {
      sorted.positionals.push_back(words[place]);
    }
  }
  return std::nullopt;
}

std::optional<Failure> Arguments::parse(const std::vector<std::string>& words) {
  Words sorted;
  if (auto failure = sort(words, sorted); failure && !help_wanted_) return failure;
  if (help_wanted_) return std::nullopt;
  const std::size_t count = sorted.positionals.size();
  if (impl_->last_positional != nullptr && count >= impl_->positional_count) {
    impl_->last_positional->expected(static_cast<int>(count - impl_->positional_count + 1));
  }
  const std::string hint = "see `" + impl_->app.get_name() + " --help`";
  if (count > impl_->positional_count && impl_->last_positional == nullptr) {
    return usage_failure("too many arguments: " + std::to_string(count) + " given, at most " + std::to_string(impl_->positional_count) + " allowed",
                         hint);
  }
  std::vector<std::string> ordered = std::move(sorted.options);
  if (count > 0) ordered.emplace_back("--");
  ordered.insert(ordered.end(), sorted.positionals.begin(), sorted.positionals.end());
  std::reverse(ordered.begin(), ordered.end());  // CLI11 takes words from the back
  try {
    impl_->app.parse(std::move(ordered));
  } catch (const CLI::RequiredError& error) {
    return usage_failure(std::string("missing: ") + error.what(), hint);
  } catch (const CLI::ParseError&) {
    return usage_failure("the arguments do not fit the command", hint);
  }
  if (first_error_) return failure_of(*first_error_);
  return std::nullopt;
}

std::string Arguments::help() const {
  std::string footer = impl_->notes;
  if (!impl_->examples.empty()) footer += "Examples:" + impl_->examples + "\n";
  impl_->app.footer(footer);
  return impl_->app.help();
}

std::vector<std::string> Arguments::option_names() const {
  std::vector<std::string> names;
  for (const Option& option : impl_->options) names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

std::vector<std::string> Arguments::valued_option_names() const {
  std::vector<std::string> names;
  for (const Option& option : impl_->options) {
    if (option.takes_value) names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

}  // namespace waggle::cli
