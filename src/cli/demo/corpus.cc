// corpus.cc: see corpus.h.

#include "cli/demo/corpus.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

#include "base/result.h"
#include "base/text.h"

namespace waggle::cli::demo {
namespace {

constexpr std::string_view kAll = "all";

std::size_t subject_count(Assignment::Kind kind) { return kind == Assignment::Kind::kCompare ? 2 : 1; }

// Fit to be printed and to be part of a task's id; hidden files are none of the user's texts.
bool is_plain_name(const std::string& name) {
  const bool has_control = std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return !name.empty() && name.front() != '.' && !has_control && base::is_utf8(name);
}

PlannedTask plan_task(Assignment::Kind kind, std::vector<std::string> subjects, std::vector<std::string> dependencies) {
  return {{kind, std::move(subjects)}, std::move(dependencies)};
}

}  // namespace

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error(Code::kIo, "cannot read " + path, "look at the permissions of the file");
  std::string text(kFileBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.empty() || text.size() > kFileBytesMax) return Error(Code::kInvalidArgument, path + " is empty or too large for the demo");
  if (!base::is_utf8(text) || text.find('\0') != std::string::npos) return Error(Code::kInvalidArgument, path + " is no UTF-8 text");
  return text;
}

Result<std::vector<std::string>> find_texts(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;  // a file that vanishes meanwhile is none
    if (entry->is_symlink(gone) || !entry->is_regular_file(gone)) continue;
    std::string name = entry->path().filename().string();
    if (is_plain_name(name)) names.push_back(std::move(name));
  }
  if (error) return Error(Code::kNotFound, "cannot look into the folder " + folder, "name a folder of text files with --input");
  std::sort(names.begin(), names.end());
  std::vector<std::string> texts;
  for (auto name = names.begin(); name != names.end() && texts.size() < kFilesMax; ++name) {
    if (read_text(folder + "/" + *name)) texts.push_back(std::move(*name));
  }
  if (texts.empty()) return Error(Code::kNotFound, "there is no text file in " + folder, "name a folder of text files with --input");
  return texts;
}

std::string_view Assignment::name_of(Kind kind) {
  switch (kind) {
    case Kind::kRead:
      return "read";
    case Kind::kCompare:
      return "compare";
    case Kind::kSummarise:
      return "summarise";
  }
  return "unknown";
}

std::string Assignment::task_id() const {
  std::string id(name_of(kind));
  for (const std::string& subject : subjects) id.append("/").append(subject);
  return id;
}

std::optional<Assignment> parse_assignment(std::string_view task_id) {
  for (const Assignment::Kind kind : {Assignment::Kind::kRead, Assignment::Kind::kCompare, Assignment::Kind::kSummarise}) {
    std::string_view rest = task_id;
    if (!rest.starts_with(Assignment::name_of(kind))) continue;
    rest.remove_prefix(Assignment::name_of(kind).size());
    Assignment assignment{kind, {}};
    while (rest.starts_with('/')) {
      const std::size_t end = std::min(rest.find('/', 1), rest.size());
      assignment.subjects.emplace_back(rest.substr(1, end - 1));
      rest.remove_prefix(end);
    }
    if (rest.empty() && assignment.subjects.size() == subject_count(kind)) return assignment;
  }
  return std::nullopt;
}

std::string family_of(std::string_view file) { return std::string(file.substr(0, std::min(file.find_first_of("-."), file.size()))); }

std::vector<PlannedTask> make_plan(const std::vector<std::string>& files) {
  using Kind = Assignment::Kind;
  std::vector<PlannedTask> plan;
  std::vector<std::string> before_the_end;
  std::map<std::string, std::vector<std::string>> families;
  for (const std::string& file : files) {
    plan.push_back(plan_task(Kind::kRead, {file}, {}));
    before_the_end.push_back(plan.back().assignment.task_id());
    families[family_of(file)].push_back(file);
  }
  for (const auto& [family, members] : families) {
    if (members.size() < 2) continue;
    std::vector<std::string> comparisons;
    for (std::size_t i = 1; i < members.size(); ++i) {
      const std::vector<std::string> pair = {members[i - 1], members[i]};
      plan.push_back(plan_task(Kind::kCompare, pair, {Assignment{Kind::kRead, {pair[0]}}.task_id(), Assignment{Kind::kRead, {pair[1]}}.task_id()}));
      comparisons.push_back(plan.back().assignment.task_id());
    }
    plan.push_back(plan_task(Kind::kSummarise, {family + " family"}, std::move(comparisons)));
    before_the_end.push_back(plan.back().assignment.task_id());
  }
  plan.push_back(plan_task(Kind::kSummarise, {std::string(kAll)}, std::move(before_the_end)));
  return plan;
}

}  // namespace waggle::cli::demo
