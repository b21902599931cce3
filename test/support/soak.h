// soak.h: how long a test of endurance runs: in moments with all the others, or for as long as it takes when WAGGLE_SOAK=1 is set.

#ifndef WAGGLE_TEST_SUPPORT_SOAK_H
#define WAGGLE_TEST_SUPPORT_SOAK_H

#include <cstdlib>
#include <string_view>

namespace waggle::test::soak {

inline bool is_on() {
  const char* text = std::getenv("WAGGLE_SOAK");
  return text != nullptr && std::string_view(text) != "" && std::string_view(text) != "0";
}

// The size of a run: `small` with all the other tests, `large` for a soak.
template <typename Size>
Size scaled(Size small, Size large) {
  return is_on() ? large : small;
}

}  // namespace waggle::test::soak

#endif  // WAGGLE_TEST_SUPPORT_SOAK_H
