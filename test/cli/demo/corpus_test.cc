// corpus_test.cc: which texts are read, and what tasks they make.

#include "cli/demo/corpus.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "support/temp_dir.h"

namespace waggle::cli::demo {
namespace {

using Kind = Assignment::Kind;
using Names = std::vector<std::string>;

TEST(DemoCorpus, OnlyPlainTextFilesAreTexts) {
  const test::TempDir dir;
  const auto write = [&](const std::string& name, const std::string& text) { std::ofstream(dir.file(name), std::ios::binary) << text; };
  write("b", "text\n");
  write("a", "text\n");
  write("empty", "");
  write("binary", std::string("a\0b", 3));
  write("latin", "caf\xe9");
  write("huge", std::string(kFileBytesMax + 1, 'x'));
  write("largest", std::string(kFileBytesMax, 'x'));
  write(".hidden", "text\n");
  write("new\nline", "text\n");
  std::filesystem::create_symlink(dir.file("a"), dir.file("link"));
  std::filesystem::create_directory(dir.file("folder"));
  EXPECT_EQ(find_texts(dir.path().string()).value(), (Names{"a", "b", "largest"}));
}

TEST(DemoCorpus, TheFirstTextsByNameAreRead) {
  const test::TempDir dir;
  const auto name_of = [](std::size_t n) { return std::to_string(1'000 + n); };
  std::ofstream(dir.file("0-empty"));  // takes no text's place
  for (std::size_t n = 0; n < kFilesMax + 5; ++n) std::ofstream(dir.file(name_of(n))) << "text\n";
  const Names names = find_texts(dir.path().string()).value();
  ASSERT_EQ(names.size(), kFilesMax);
  EXPECT_EQ(names.front(), name_of(0));
  EXPECT_EQ(names.back(), name_of(kFilesMax - 1));
}

TEST(DemoCorpus, AFolderWithoutTextsIsNotFound) {
  const test::TempDir dir;
  EXPECT_EQ(find_texts(dir.path().string()).error().code(), Code::kNotFound);
  EXPECT_EQ(find_texts(dir.file("nowhere")).error().code(), Code::kNotFound);
  EXPECT_EQ(read_text(dir.file("nowhere")).error().code(), Code::kIo);
}

TEST(DemoCorpus, ATaskIdIsReadBack) {
  for (const Assignment& assignment :
       {Assignment{Kind::kRead, {"GPL-2"}}, Assignment{Kind::kCompare, {"GPL-1", "GPL-2"}}, Assignment{Kind::kSummarise, {"GPL family"}}}) {
    const std::optional<Assignment> back = parse_assignment(assignment.task_id());
    ASSERT_TRUE(back.has_value()) << assignment.task_id();
    EXPECT_EQ(back->kind, assignment.kind);
    EXPECT_EQ(back->subjects, assignment.subjects);
  }
  for (const char* other : {"", "read", "read/a/b", "compare/a", "reading/a", "sing/a"}) EXPECT_FALSE(parse_assignment(other).has_value()) << other;
}

TEST(DemoCorpus, AFamilyIsTheNameBeforeItsVersion) {
  EXPECT_EQ(family_of("GPL-2"), "GPL");
  EXPECT_EQ(family_of("notes.txt"), "notes");
  EXPECT_EQ(family_of("BSD"), "BSD");
}

TEST(DemoCorpus, ThePlanReadsAllComparesNeighboursAndSummarises) {
  const std::vector<PlannedTask> plan = make_plan({"BSD", "GPL-1", "GPL-2", "GPL-3"});
  std::set<std::string> before;
  for (const PlannedTask& task : plan) {
    for (const std::string& dependency : task.dependencies) EXPECT_TRUE(before.contains(dependency)) << dependency;
    EXPECT_TRUE(before.insert(task.assignment.task_id()).second);
  }
  EXPECT_EQ(before, (std::set<std::string>{"read/BSD", "read/GPL-1", "read/GPL-2", "read/GPL-3", "compare/GPL-1/GPL-2", "compare/GPL-2/GPL-3",
                                           "summarise/GPL family", "summarise/all"}));
  EXPECT_EQ(plan.back().assignment.task_id(), "summarise/all");
  EXPECT_EQ(plan.back().dependencies.size(), 5U);
}

TEST(DemoCorpus, OneTextMakesTwoTasks) { EXPECT_EQ(make_plan({"only"}).size(), 2U); }

}  // namespace
}  // namespace waggle::cli::demo
