// Options: each range is refused just outside and taken at its ends.

#include "waggle/options.h"

#include <gtest/gtest.h>

namespace waggle {
namespace {

void expect_refused(const Options& options, std::string_view field) {
  const Status status = options.validate();
  ASSERT_FALSE(status) << field;
  EXPECT_EQ(status.error().code(), Code::kInvalidArgument);
  EXPECT_NE(status.error().message().find(field), std::string::npos) << status.error().message();
  EXPECT_FALSE(status.error().hint().empty());
}

TEST(Options, DefaultsAreValid) { EXPECT_TRUE(Options().validate()); }

TEST(Options, EndsOfRangesAreValid) {
  Options low;
  low.max_connections = 1;
  low.timeout = std::chrono::milliseconds(1);
  low.checkpoint_bytes = 65'536;
  low.changes_age_max = Duration::zero();
  low.changes_count_max = 0;
  low.cache_bytes = 0;
  EXPECT_TRUE(low.validate());
  Options high;
  high.max_connections = 256;
  high.timeout = std::chrono::hours(24);
  high.checkpoint_bytes = 1'073'741'824;
  EXPECT_TRUE(high.validate());
}

TEST(Options, NamesTheFieldOutOfItsRange) {
  expect_refused({.path = ""}, "path");
  expect_refused({.path = std::string("a\0b", 3)}, "path");
  expect_refused({.max_connections = 0}, "max_connections");
  expect_refused({.max_connections = 257}, "max_connections");
  expect_refused({.timeout = std::chrono::microseconds(999)}, "timeout");
  expect_refused({.timeout = std::chrono::hours(24) + std::chrono::microseconds(1)}, "timeout");
  expect_refused({.checkpoint_bytes = 65'535}, "checkpoint_bytes");
  expect_refused({.checkpoint_bytes = 1'073'741'825}, "checkpoint_bytes");
  expect_refused({.changes_age_max = std::chrono::microseconds(-1)}, "changes_age_max");
  expect_refused({.changes_count_max = -1}, "changes_count_max");
}

TEST(Options, OtherModesAreUnsupported) {
  for (const Mode mode : {Mode::kRemote, Mode::kHybrid}) {
    Options options;
    options.mode = mode;
    options.auth_token = "hush";
    const Status status = options.validate();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), Code::kUnsupported);
    EXPECT_EQ(status.error().describe().find("hush"), std::string::npos);
  }
}

}  // namespace
}  // namespace waggle
