// system_error_test.cc: what the system refuses becomes an error that names the file and the mend.

#include "engine/system_error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <string>

namespace waggle::engine {
namespace {

TEST(SystemError, CodesAreChosenByWhatTheCallerShouldDo) {
  const std::pair<int, Code> expected[] = {{EACCES, Code::kReadOnly},  {EPERM, Code::kReadOnly},   {EROFS, Code::kReadOnly},
                                           {ENOSPC, Code::kExhausted}, {EDQUOT, Code::kExhausted}, {EMFILE, Code::kExhausted},
                                           {ENFILE, Code::kExhausted}, {EIO, Code::kIo},           {ELOOP, Code::kIo}};
  for (const auto& [number, code] : expected) {
    const Error error = system_error(number, "/x/hive.db", "open the database");
    EXPECT_EQ(error.code(), code) << number;
    EXPECT_EQ(error.message().find("/x/hive.db: cannot open the database: "), 0U) << error.message();
    EXPECT_FALSE(error.hint().empty()) << number;
  }
}

TEST(SystemError, SaysWhatTheSystemSays) {
  EXPECT_EQ(system_error(ENOSPC, "f", "write").describe(), "f: cannot write: No space left on device (exhausted): free some space");
}

TEST(SystemError, WhoMayNotReadIsToldSo) {
  EXPECT_EQ(system_error(EACCES, "f", "read", Code::kPermission).code(), Code::kPermission);
  EXPECT_EQ(system_error(ENOSPC, "f", "read", Code::kPermission).code(), Code::kExhausted);
}

TEST(SystemError, KnowsWhereItWasMade) {
  const Error error = system_error(EIO, "f", "read");
  EXPECT_EQ(error.line(), __LINE__ - 1);
}

}  // namespace
}  // namespace waggle::engine
