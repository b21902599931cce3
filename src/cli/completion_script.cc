// completion_script.cc: one table of words for each command, wrapped for each shell.

#include "cli/completion_script.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/settings.h"

namespace waggle::cli {

namespace {

// What can follow the command typed so far.
struct Words {
  std::string path;  // "", "memory", "memory put"
  std::vector<std::string> next;
};

enum class Wanted { kAll, kWithValue };

std::vector<std::string> global_names(Wanted wanted) {
  GlobalOptions unused;
  Arguments arguments("waggle", "");
  declare_global_options(arguments, unused);
  return wanted == Wanted::kAll ? arguments.option_names() : arguments.valued_option_names();
}

std::vector<std::string> option_names(const Verb& verb) {
  GlobalOptions unused;
  Arguments arguments("waggle", "");
  const Action action = verb.declare(arguments);  // holds the targets of the declarations
  declare_global_options(arguments, unused);
  return arguments.option_names();
}

std::vector<Words> table() {
  std::vector<Words> lines;
  std::vector<std::string> top;
  for (const Noun& noun : nouns()) {
    if (noun.visibility == Visibility::kPublic) top.emplace_back(noun.name);
  }
  const std::vector<std::string> globals = global_names(Wanted::kAll);
  top.insert(top.end(), globals.begin(), globals.end());
  lines.push_back({"", std::move(top)});
  for (const Noun& noun : nouns()) {
    if (noun.visibility == Visibility::kHidden) continue;
    if (noun.is_command()) {
      lines.push_back({noun.name, option_names(noun.verbs.front())});
      continue;
    }
    Words& words = lines.emplace_back(Words{noun.name, {}});
    for (const Verb& verb : noun.verbs) words.next.emplace_back(verb.name);
    for (const Verb& verb : noun.verbs) lines.push_back({std::string(noun.name) + " " + verb.name, option_names(verb)});
  }
  return lines;
}

std::string joined(const std::vector<std::string>& words, const char* gap = " ") {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : gap) + word;
  return line;
}

// A case for each command: bash and zsh share the syntax.
std::string cases() {
  std::string out;
  for (const Words& words : table()) out += "    '" + words.path + "') next='" + joined(words.next) + "' ;;\n";
  return out;
}

// The global options whose next word is their value and no command, as the pattern of a case.
std::string valued_globals() { return joined(global_names(Wanted::kWithValue), "|"); }

// The commands typed so far are the first two words that are neither options nor their values; deeper words are arguments. Bash makes a word of its
// own of the "=" in "--db=x".
std::string bash_script() {
  return "# waggle completions for bash: source <(waggle completions bash)\n"
         "_waggle() {\n"
         "  local word path='' next='' depth=0 i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    word=${COMP_WORDS[i]}\n"
         "    case $word in " +
         valued_globals() +
         ")\n"
         "      i=$((i + 1)); [[ ${COMP_WORDS[i]} == = ]] && i=$((i + 1)); continue ;;\n"
         "    esac\n"
         "    if [[ $word != -* && $depth -lt 2 ]]; then path=\"${path:+$path }$word\"; depth=$((depth + 1)); fi\n"
         "  done\n"
         "  while :; do\n"
         "    case \"$path\" in\n" +
         cases() +
         "    esac\n"
         "    [[ -n $next || $path != *' '* ]] && break\n"
         "    path=${path% *}\n"
         "  done\n"
         "  COMPREPLY=($(compgen -W \"$next\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -o default -F _waggle waggle\n";
}

std::string zsh_script() {
  return "#compdef waggle\n"
         "# waggle completions for zsh: waggle completions zsh > \"${fpath[1]}/_waggle\"\n"
         "_waggle() {\n"
         "  local word typed='' next=''\n"
         "  integer depth=0 i\n"
         "  for ((i = 2; i < CURRENT; i++)); do\n"
         "    word=${words[i]}\n"
         "    case $word in " +
         valued_globals() +
         ") i=$((i + 1)); continue ;; esac\n"
         "    if [[ $word != -* && $depth -lt 2 ]]; then typed=\"${typed:+$typed }$word\"; depth=$((depth + 1)); fi\n"
         "  done\n"
         "  while true; do\n"
         "    case \"$typed\" in\n" +
         cases() +
         "    esac\n"
         "    [[ -n $next || $typed != *' '* ]] && break\n"
         "    typed=${typed% *}\n"
         "  done\n"
         "  compadd -- ${=next}\n"
         "  _files\n"
         "}\n"
         // Loaded from fpath this file is the function's body at its first call; sourced it is not.
         "if [[ ${funcstack[1]} == _waggle ]]; then _waggle \"$@\"; else compdef _waggle waggle; fi\n";
}

std::string fish_condition(const std::string& path) {
  if (path.empty()) return "__fish_use_subcommand";
  std::string condition;
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    condition += (condition.empty() ? "" : "; and ") + std::string("__fish_seen_subcommand_from ") + std::string(rest.substr(0, space));
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  return condition;
}

std::string fish_script() {
  std::string out = "# waggle completions for fish: waggle completions fish > ~/.config/fish/completions/waggle.fish\n";
  for (const Words& words : table()) {
    std::string plain;
    const std::string start = "complete -c waggle -n '" + fish_condition(words.path) + "'";
    for (const std::string& word : words.next) {
      if (word.starts_with("--")) {
        out += start + " -l " + word.substr(2) + "\n";
      } else if (word.starts_with("-")) {
        out += start + " -s " + word.substr(1) + "\n";
      } else {
        plain += (plain.empty() ? "" : " ") + word;
      }
    }
    if (!plain.empty()) out.append(start).append(" -f -a '").append(plain).append("'\n");
  }
  return out;
}

}  // namespace

std::string completion_script(Shell shell) {
  switch (shell) {
    case Shell::kBash:
      return bash_script();
    case Shell::kZsh:
      return zsh_script();
    case Shell::kFish:
      break;
  }
  return fish_script();
}

}  // namespace waggle::cli
