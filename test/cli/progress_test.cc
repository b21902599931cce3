// progress_test.cc: the bar, and when it is drawn.

#include "cli/progress.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "support/temp_dir.h"

namespace waggle::cli {
namespace {

TEST(FormatProgress, FillsUp) {
  EXPECT_EQ(format_progress("backup", 0, 10), "backup [........................................]   0%");
  EXPECT_EQ(format_progress("backup", 5, 10), "backup [####################....................]  50%");
  EXPECT_EQ(format_progress("backup", 10, 10), "backup [########################################] 100%");
  EXPECT_EQ(format_progress("backup", 7, 0), format_progress("backup", 10, 10));
  EXPECT_EQ(format_progress("backup", -1, 10), format_progress("backup", 0, 10));
}

std::string drawn(Progress::Options options) {
  const test::TempDir folder;
  options.descriptor = ::open(folder.file("err").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  {
    Progress progress("work", options);
    progress.show(1, 2);
  }
  ::close(options.descriptor);
  std::ifstream stream(folder.file("err"));
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(Progress, DrawsAndWipes) {
  const std::string text = drawn({.drawing = Progress::Drawing::kOn, .quiet_for = Duration::zero()});
  EXPECT_NE(text.find(" 50%"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\x1b[K"));
}

TEST(Progress, IsQuietForShortWorkAndWhereNothingIsDrawn) {
  EXPECT_EQ(drawn({.drawing = Progress::Drawing::kOn, .quiet_for = std::chrono::hours(1)}), "");
  EXPECT_EQ(drawn({.drawing = Progress::Drawing::kOff, .quiet_for = Duration::zero()}), "");
}

}  // namespace
}  // namespace waggle::cli
