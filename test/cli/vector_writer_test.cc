// Files of vectors that are read back.

#include "cli/vector_writer.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "cli/vector_reader.h"
#include "support/temp_dir.h"

namespace waggle::cli {
namespace {

VectorEntry entry(const std::string& id, std::vector<float> embedding) {
  VectorEntry made;
  made.id = id;
  made.content = "text of " + id;
  made.metadata = Json(R"({"n":1.50})");
  made.embedding = std::move(embedding);
  return made;
}

TEST(VectorWriterTest, WhatIsWrittenIsReadBack) {
  const test::TempDir folder;
  for (const char* const name : {"a.npy", "a.fvecs", "a.jsonl"}) {
    const std::string path = folder.file(name);
    auto writer = VectorWriter::create(path, {.rows = 2, .dimensions = 2}).value();
    writer->add(entry("x", {0.1F, -1e-30F})).value();
    EXPECT_FALSE(std::filesystem::exists(path)) << "not before it is whole";
    writer->add(entry("y", {3, 4})).value();
    writer->finish().value();
    auto reader = VectorReader::open(path).value();
    const PutVector first = reader->next().value().value();
    EXPECT_EQ(first.embedding, (std::vector<float>{0.1F, -1e-30F})) << name;
    EXPECT_EQ(reader->next().value()->embedding, (std::vector<float>{3, 4})) << name;
    EXPECT_FALSE(reader->next().value());
    if (name == std::string("a.jsonl")) {
      EXPECT_EQ(first.id, "x");
      EXPECT_EQ(first.content, "text of x");
      EXPECT_EQ(first.metadata->text, R"({"n":1.50})");
    }
  }
}

TEST(VectorWriterTest, LeavesNothingOfAnUnfinishedFile) {
  const test::TempDir folder;
  { VectorWriter::create(folder.file("a.jsonl"), {.rows = 1, .dimensions = 2}).value()->add(entry("x", {1, 2})).value(); }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_EQ(VectorWriter::create(folder.file("a.txt"), {}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(VectorWriter::create(folder.file("no/such/folder.npy"), {}).error().code(), Code::kIo);
}

}  // namespace
}  // namespace waggle::cli
