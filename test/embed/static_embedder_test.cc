// The mean of token vectors, from a folder small enough to compute by hand; and folders that are not what they should be.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <thread>

#include "embed/tiny_model.h"
#include "support/files.h"
#include "support/temp_dir.h"
#include "waggle/embedder.h"

namespace waggle::test {
namespace {

// Row i of the table is (i, 1), but for the mark, which is (0, 0), and "c", the opposite of "b".
std::vector<float> numbers() {
  std::vector<float> all;
  for (int token = 0; token < static_cast<int>(kTinyTokens); ++token) all.insert(all.end(), {static_cast<float>(token), 1});
  all[2 * kMark] = all[2 * kMark + 1] = 0;
  all[2 * kC] = -4;
  all[2 * kC + 1] = -1;
  return all;
}

class StaticEmbedder : public testing::Test {
 protected:
  StaticEmbedder() {
    write_file(table(), f32_table(kTinyTokens, 2, numbers()));
    write_file(tokenizer(), tiny_tokenizer());
  }
  std::string table() const { return folder_.file("any.safetensors"); }
  std::string tokenizer() const { return folder_.file("tokenizer.json"); }
  Result<std::unique_ptr<Embedder>> open() const { return open_static_embedder(folder_.path().string()); }

  // The error of opening, which must name this file.
  Code refusal(const std::string& path) const {
    const auto embedder = open();
    EXPECT_FALSE(embedder);
    if (embedder) return Code::kInternal;
    EXPECT_NE(embedder.error().message().find(path), std::string::npos) << embedder.error().message();
    EXPECT_FALSE(embedder.error().hint().empty());
    return embedder.error().code();
  }

  TempDir folder_;
};

TEST_F(StaticEmbedder, AnswersTheMeanOfTheTokensAtUnitLength) {
  const auto embedder = open().value();
  EXPECT_EQ(embedder->dimensions(), 2);
  const std::string_view texts[] = {"abc", "ab b"};  // the mark and "abc"; the mark, "ab", the mark, "b"
  const std::vector<float> rows = embedder->embed(texts).value();
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_FLOAT_EQ(rows[0], static_cast<float>(8 / std::sqrt(65.0)));
  EXPECT_FLOAT_EQ(rows[1], static_cast<float>(1 / std::sqrt(65.0)));
  EXPECT_FLOAT_EQ(rows[2], static_cast<float>(10 / std::sqrt(104.0)));
  EXPECT_FLOAT_EQ(rows[3], static_cast<float>(2 / std::sqrt(104.0)));
}

TEST_F(StaticEmbedder, HasNoVectorForATextWithoutDirection) {
  const auto embedder = open().value();
  for (const char* const text : {"", " ", "b c"}) {
    const auto row = embedder->embed_one(text);
    ASSERT_FALSE(row) << text;
    EXPECT_EQ(row.error().code(), Code::kInvalidArgument);
  }
  const std::string_view texts[] = {"a", ""};
  EXPECT_NE(embedder->embed(texts).error().message().find("text 2 of 2"), std::string::npos);
  EXPECT_FALSE(embedder->embed_one("\xc3"));
  EXPECT_TRUE(embedder->embed_one("\u00e9")) << "the unknown token has a row too";
}

TEST_F(StaticEmbedder, IsNamedByItsContent) {
  const std::string model = open().value()->model();
  EXPECT_TRUE(model.starts_with("static-2-")) << model;
  EXPECT_EQ(model.size(), std::string("static-2-").size() + 16);
  std::filesystem::rename(table(), folder_.file("renamed.safetensors"));
  EXPECT_EQ(open().value()->model(), model);
  std::filesystem::rename(folder_.file("renamed.safetensors"), table());

  std::vector<float> other = numbers();
  other.back() += 1;
  write_file(table(), f32_table(kTinyTokens, 2, other));
  EXPECT_NE(open().value()->model(), model);
  write_file(table(), f32_table(kTinyTokens, 2, numbers()));
  write_file(tokenizer(), tiny_tokenizer() + "\n");
  EXPECT_NE(open().value()->model(), model);
}

TEST_F(StaticEmbedder, NamesTheFileThatIsMissingOrWrong) {
  write_file(table(), f32_table(kTinyTokens, 2, numbers()).substr(0, 100));
  EXPECT_EQ(refusal(table()), Code::kCorruption);
  write_file(table(), safetensors("{}", ""));
  EXPECT_EQ(refusal(table()), Code::kUnsupported);
  write_file(table(), f32_table(3, 2, std::vector<float>(6, 1)));
  EXPECT_EQ(refusal(table()), Code::kCorruption) << "fewer rows than the tokenizer has tokens";
  write_file(table(), f32_table(kTinyTokens, 2, numbers()));
  write_file(tokenizer(), "{}");
  EXPECT_EQ(refusal(tokenizer()), Code::kCorruption);
  std::filesystem::remove(tokenizer());
  EXPECT_EQ(refusal(tokenizer()), Code::kNotFound);
  write_file(folder_.file("second.safetensors"), "");
  EXPECT_EQ(refusal(folder_.path().string()), Code::kUnsupported);
  std::filesystem::remove(folder_.file("second.safetensors"));
  std::filesystem::remove(table());
  EXPECT_EQ(refusal(folder_.path().string()), Code::kNotFound);
  EXPECT_EQ(open_static_embedder(folder_.file("absent")).error().code(), Code::kNotFound);
}

TEST_F(StaticEmbedder, NamesTheTokenWhoseVectorIsNoNumber) {
  std::vector<float> broken = numbers();
  broken[2 * kAb] = std::numeric_limits<float>::quiet_NaN();
  write_file(table(), f32_table(kTinyTokens, 2, broken));
  const auto embedder = open().value();
  EXPECT_TRUE(embedder->embed_one("a"));
  const auto row = embedder->embed_one("ab");
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code(), Code::kCorruption);
  EXPECT_NE(row.error().message().find(table()), std::string::npos);
  EXPECT_NE(row.error().message().find("token 6"), std::string::npos);
}

TEST_F(StaticEmbedder, ServesSeveralThreads) {
  const auto embedder = open().value();
  const std::vector<float> expected = embedder->embed_one("abc ab a").value();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) EXPECT_EQ(embedder->embed_one("abc ab a").value(), expected);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace waggle::test
