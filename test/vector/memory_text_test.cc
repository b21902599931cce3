// memory_text_test.cc: the text of an entry.

#include "vector/memory_text.h"

#include <gtest/gtest.h>

namespace waggle::vector {
namespace {

TEST(MemoryText, HoldsStringsNumbersAndNames) {
  EXPECT_EQ(text_of_value(R"("a \"quoted\"\nword")").value(), "a \"quoted\"\nword");
  EXPECT_EQ(text_of_value(R"({"title":"Bees","n":[1,-2.5,true,null],"in":{"x":"y"}})").value(), "title\nBees\nn\n1\n-2.5\nin\nx\ny");
  EXPECT_EQ(text_of_value("null").value(), "");
  EXPECT_EQ(text_of_value("{").error().code(), Code::kInvalidArgument);
}

TEST(MemoryText, EndsWithTheKey) {
  EXPECT_EQ(text_of_memory("plan/a", R"("Bees")").value(), "Bees\nplan/a");
  EXPECT_EQ(text_of_memory("plan", "true").value(), "plan");
}

}  // namespace
}  // namespace waggle::vector
