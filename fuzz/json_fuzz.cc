// json_fuzz.cc: whatever the bytes, the JSON decoders end; what they accept is stable and what they write is JSON again.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/json.h"
#include "base/text.h"

namespace {

void check_normalise(std::string_view text) {
  const auto once = waggle::base::normalise_json(text);
  if (!once) return;
  WAGGLE_ASSERT(waggle::base::is_utf8(*once));
  WAGGLE_ASSERT(once->size() <= text.size());
  const auto twice = waggle::base::normalise_json(*once);
  WAGGLE_ASSERT(twice && *twice == *once);
  waggle::base::parse_scalar(*once).has_value();
  if (const auto strings = waggle::base::parse_string_array(*once)) {
    const auto again = waggle::base::parse_string_array(waggle::base::write_string_array(*strings));
    WAGGLE_ASSERT(again && *again == *strings);
  }
}

// The input up to the first NUL is the target, the rest the patch.
void check_merge(std::string_view text) {
  const std::size_t cut = text.find('\0');
  if (cut == std::string_view::npos) return;
  const auto target = waggle::base::normalise_json(text.substr(0, cut));
  const auto patch = waggle::base::normalise_json(text.substr(cut + 1));
  if (!target || !patch) return;
  const auto merged = waggle::base::merge_json(*target, *patch);
  if (!merged) return;
  const auto same = waggle::base::normalise_json(*merged);
  WAGGLE_ASSERT(same && *same == *merged);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_normalise(text);
  check_merge(text);
  return 0;
}
