// corpus.h: the texts that the demo's swarm reads, and the tasks that they make.

#ifndef WAGGLE_CLI_DEMO_CORPUS_H
#define WAGGLE_CLI_DEMO_CORPUS_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "waggle/error.h"

namespace waggle::cli::demo {

inline constexpr std::size_t kFilesMax = 100;
inline constexpr std::size_t kFileBytesMax = std::size_t{512} << 10;

// The names of the text files that stand directly in the folder, sorted: not empty, at most kFileBytesMax, UTF-8 without NUL, no symbolic links
// (Debian's GPL is a link to GPL-3, and one text is read once); at most the first kFilesMax. not_found when there is none.
Result<std::vector<std::string>> find_texts(const std::string& folder);

// The whole text of a file. invalid_argument for what find_texts would leave out.
Result<std::string> read_text(const std::string& path);

// What a task of the demo asks for. Its id says it: "read/GPL-2", "compare/GPL-1/GPL-2", "summarise/GPL family", "summarise/all".
struct Assignment {
  enum class Kind : std::uint8_t { kRead, kCompare, kSummarise };

  // "read", "compare", "summarise": what an agent must be capable of to do it.
  static std::string_view name_of(Kind kind);

  Kind kind = Kind::kRead;
  std::vector<std::string> subjects;  // files, or the family to summarise

  std::string task_id() const;
};
std::optional<Assignment> parse_assignment(std::string_view task_id);

// "GPL" for "GPL-2": the name up to its first '-' or '.'.
std::string family_of(std::string_view file);

struct PlannedTask {
  Assignment assignment;
  std::vector<std::string> dependencies;  // task ids; each stands before in the plan
};

// One reading a file, one comparison for every two neighbours of a family, one summary a family of several, one of all at the end.
// `files` are sorted. Every process makes the same plan of the same files.
std::vector<PlannedTask> make_plan(const std::vector<std::string>& files);

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_CORPUS_H
