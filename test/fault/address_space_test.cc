// address_space_test.cc: a process that is given too little memory, for SQLite and for itself: it ends by an error, and what it acknowledged is
// there.

#include <gtest/gtest.h>

#include <iostream>
#include <sstream>
#include <string>

#include "fault/oracle.h"
#include "fault/scenarios.h"
#include "support/child_process.h"
#include "support/soak.h"

namespace waggle::test {
namespace {

TEST(SlowAddressSpace, TooLittleOfItEndsInAnError) {
  std::map<std::string, int> ends;
  std::int64_t acknowledged = 0;
  const std::size_t step = soak::scaled<std::size_t>(512, 64) << 10;
  for (std::size_t bytes = 0; bytes <= std::size_t{24} << 20; bytes += step) {
    SCOPED_TRACE(std::to_string(bytes) + " bytes");
    const QuickDir folder;
    Options options = small_options();
    options.path = folder.file(kDatabaseName);
    ChildProcess child({WAGGLE_STARVED, options.path, std::to_string(bytes)});
    std::vector<std::pair<std::string, std::size_t>> entries;
    std::string end = "nothing";
    while (const auto line = child.read_line()) {
      std::istringstream words(*line);
      std::string what, key;
      std::size_t size = 0;
      words >> what >> key >> size;
      if (what == "ack")
        entries.emplace_back(key, size);
      else
        end = *line;
    }
    ASSERT_EQ(child.wait(), 0) << "after " << end;
    // Memory of C++ itself that runs out is told in C++'s own way.
    ASSERT_TRUE(end.starts_with("error") || end.starts_with("enough") || end.starts_with("exception std::bad_alloc")) << end;
    ++ends[end];
    const auto database = Database::open(options);
    ASSERT_TRUE(database) << database.error().describe();
    for (const auto& [key, size] : entries) ASSERT_EQ(entry_is("ann", key, text_of(size))(**database), "");
    ASSERT_EQ(unsoundness(**database), std::vector<std::string>());
    acknowledged += static_cast<std::int64_t>(entries.size());
  }
  for (const auto& [end, times] : ends) std::cout << times << " x " << end << std::endl;
  std::cout << acknowledged << " acknowledged entries" << std::endl;
  EXPECT_GT(acknowledged, 0);
}

}  // namespace
}  // namespace waggle::test
