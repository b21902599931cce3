// Where a user's embedders are kept: what is under a name is whole.

#include "cli/embedder_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "embed/tiny_model.h"
#include "support/files.h"
#include "support/temp_dir.h"

namespace waggle::cli {
namespace {

namespace fs = std::filesystem;

class EmbedderFolderTest : public testing::Test {
 protected:
  static constexpr auto fill = [](const std::string& folder) -> Status {
    test::write_file(folder + "/table.safetensors", test::f32_table(test::kTinyTokens, 2, std::vector<float>(2 * test::kTinyTokens, 1)));
    test::write_file(folder + "/tokenizer.json", test::tiny_tokenizer());
    return {};
  };
  // All that is in the folder, hidden or not.
  std::size_t entries() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(root()), fs::directory_iterator())); }
  std::string root() const { return temp_.file("data/embedders"); }
  Code refusal(const std::string& name, base::FunctionRef<Status(const std::string&)> filling) const {
    const auto added = folder_.add(name, filling);
    EXPECT_FALSE(added);
    return added ? Code::kInternal : added.error().code();
  }

  test::TempDir temp_;
  const EmbedderFolder folder_{root()};
};

TEST_F(EmbedderFolderTest, KeepsWhatCanBeOpened) {
  EXPECT_EQ(folder_.names().value(), std::vector<std::string>());
  const auto added = folder_.add("b", fill);
  ASSERT_TRUE(added) << added.error().describe();
  EXPECT_EQ((*added)->dimensions(), 2);
  EXPECT_TRUE((*added)->embed_one("abc")) << "also after its files have moved";
  ASSERT_TRUE(folder_.add("a.1-x_Y", fill));
  EXPECT_EQ(folder_.names().value(), (std::vector<std::string>{"a.1-x_Y", "b"}));
  EXPECT_EQ(open_static_embedder(folder_.path_of("b")).value()->model(), (*added)->model());
  EXPECT_EQ(entries(), 2U);
  EXPECT_EQ(bytes_in(folder_.path_of("b")),
            test::file_bytes(folder_.path_of("b") + "/table.safetensors") + test::file_bytes(folder_.path_of("b") + "/tokenizer.json"));
}

TEST_F(EmbedderFolderTest, LeavesNothingOfWhatCannot) {
  EXPECT_EQ(refusal("x", [](const std::string&) -> Status { return Error(Code::kDeadline, "too late"); }), Code::kDeadline);
  EXPECT_EQ(refusal("x", [](const std::string&) -> Status { return {}; }), Code::kNotFound);
  EXPECT_EQ(refusal("x",
                    [](const std::string& folder) {
                      const Status filled = fill(folder);
                      test::write_file(folder + "/table.safetensors", "cut");
                      return filled;
                    }),
            Code::kCorruption);
  EXPECT_EQ(entries(), 0U);
}

TEST_F(EmbedderFolderTest, RefusesNamesThatAreTakenOrNone) {
  ASSERT_TRUE(folder_.add("x", fill));
  bool asked = false;
  EXPECT_EQ(refusal("x",
                    [&asked](const std::string& folder) {
                      asked = true;
                      return fill(folder);
                    }),
            Code::kAlreadyExists);
  EXPECT_FALSE(asked);
  // Another process was quicker.
  EXPECT_EQ(refusal("y",
                    [this](const std::string& folder) {
                      EXPECT_TRUE(folder_.add("y", fill));
                      return fill(folder);
                    }),
            Code::kAlreadyExists);
  for (const std::string& name : {std::string(), std::string("."), std::string("../x"), std::string("a/b"), std::string(".hidden"),
                                  std::string("a b"), std::string(65, 'a'), std::string("a\0b", 3)}) {
    EXPECT_EQ(refusal(name, fill), Code::kInvalidArgument) << name;
  }
  EXPECT_EQ(entries(), 2U);
}

TEST_F(EmbedderFolderTest, CopiesOnlyWhatBelongsToIt) {
  const std::string from = temp_.file("from");
  const std::string to = temp_.file("to");
  fs::create_directory(from);
  fs::create_directory(to);
  ASSERT_TRUE(fill(from));
  test::write_file(from + "/LICENSE.txt", "MIT");
  test::write_file(from + "/notes.md", "mine");
  fs::create_directory(from + "/more");
  const Status copied = copy_embedder(from, to);
  ASSERT_TRUE(copied) << copied.error().describe();
  EXPECT_EQ(test::read_file(to + "/LICENSE.txt"), "MIT");
  EXPECT_TRUE(open_static_embedder(to));
  EXPECT_FALSE(fs::exists(to + "/notes.md"));

  test::write_file(from + "/tokenizer.json", "{}");
  EXPECT_NE(copy_embedder(from, temp_.file("to")).error().message().find(from + "/tokenizer.json"), std::string::npos);
  EXPECT_EQ(copy_embedder(temp_.file("absent"), to).error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace waggle::cli
