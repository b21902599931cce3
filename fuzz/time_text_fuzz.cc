// time_text_fuzz.cc: a time or duration that is read is written and read back as the same.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "base/time_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto time = waggle::base::parse_time(text)) {
    const auto again = waggle::base::parse_time(waggle::base::format_time(*time));
    WAGGLE_ASSERT(again && *again == *time);
  }
  if (const auto duration = waggle::base::parse_duration(text)) {
    const auto again = waggle::base::parse_duration(waggle::base::format_duration(*duration));
    WAGGLE_ASSERT(again && *again == *duration);
  }
  return 0;
}
