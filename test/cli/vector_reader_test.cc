// Files of vectors, and what is wrong with them.

#include "cli/vector_reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "cli/npy.h"
#include "support/temp_dir.h"

namespace waggle::cli {
namespace {

class VectorReaderTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_.file(name), std::ios::binary) << bytes;
    return folder_.file(name);
  }
  static std::string floats(std::initializer_list<float> numbers) {
    return {reinterpret_cast<const char*>(numbers.begin()), numbers.size() * sizeof(float)};
  }
  static std::string count(std::int32_t number) { return {reinterpret_cast<const char*>(&number), sizeof(number)}; }
  static Result<std::vector<PutVector>> read(const std::string& path) {
    auto reader = VectorReader::open(path);
    if (!reader) return reader.error();
    std::vector<PutVector> all;
    for (;;) {
      auto next = (*reader)->next();
      if (!next) return next.error();
      if (!*next) break;
      all.push_back(**next);
    }
    EXPECT_LE((*reader)->done(), (*reader)->total() + 1);
    return all;
  }

  test::TempDir folder_;
};

TEST_F(VectorReaderTest, ReadsNpy) {
  const auto all = read(write("a.npy", npy_header(2, 2) + floats({1, 2, 3, 4}))).value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, "0");
  EXPECT_EQ(all[1].id, "1");
  EXPECT_EQ(all[1].embedding, (std::vector<float>{3, 4}));
  EXPECT_FALSE(read(write("cut.npy", npy_header(2, 2) + floats({1, 2, 3}))));
}

TEST_F(VectorReaderTest, ReadsFvecs) {
  const auto all = read(write("a.fvecs", count(2) + floats({1, 2}) + count(2) + floats({3, 4}))).value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].embedding, (std::vector<float>{3, 4}));
  for (const std::string& bad : {count(2), count(2) + floats({1}), count(0), count(-1), count(1 << 30), std::string("ab")}) {
    EXPECT_EQ(read(write("bad.fvecs", bad)).error().code(), Code::kInvalidArgument);
  }
}

TEST_F(VectorReaderTest, ReadsJsonLines) {
  const auto all = read(write("a.jsonl", "{\"id\":\"x\",\"embedding\":[1,2.5],\"content\":\"text\",\"metadata\":{\"n\": 1.50}}\n\n"
                                         "{\"vector\":[3,4],\"metadata\":null,\"more\":1}\n{\"id\":7,\"vector\":[5,6]}\n"))
                       .value();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].id, "x");
  EXPECT_EQ(all[0].embedding, (std::vector<float>{1, 2.5F}));
  EXPECT_EQ(all[0].content, "text");
  EXPECT_EQ(all[0].metadata->text, R"({"n":1.50})");
  EXPECT_EQ(all[1].id, "1");
  EXPECT_FALSE(all[1].metadata);
  EXPECT_EQ(all[2].id, "7");
}

TEST_F(VectorReaderTest, NamesFileAndLine) {
  const auto refused = read(write("a.jsonl", "{\"vector\":[1]}\n{\"vector\":[\"x\"]}\n"));
  EXPECT_EQ(refused.error().code(), Code::kInvalidArgument);
  EXPECT_NE(refused.error().message().find("a.jsonl, line 2"), std::string::npos) << refused.error().message();
  EXPECT_EQ(read(folder_.file("none.npy")).error().code(), Code::kNotFound);
  EXPECT_EQ(read(write("a.txt", "x")).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(read(write("b.jsonl", "[1]\n")).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(read(write("c.jsonl", "{\"id\":{},\"vector\":[1]}\n")).error().code(), Code::kInvalidArgument);
}

TEST_F(VectorReaderTest, AValueIsJsonOrAFile) {
  using Vectors = std::vector<std::vector<float>>;
  EXPECT_EQ(read_vectors("[1, -2e-1]").value(), (Vectors{{1, -0.2F}}));
  EXPECT_EQ(read_vectors("@" + write("q.npy", npy_header(2, 1) + floats({1, 2}))).value(), (Vectors{{1}, {2}}));
  for (const char* const bad : {"", "1", "[1,\"x\"]", "[null]", "{}", "@", "@/nowhere.npy"}) EXPECT_FALSE(read_vectors(bad)) << bad;
}

}  // namespace
}  // namespace waggle::cli
