// run_numbers.h: the numbers by which a run is made larger or repeated, from the environment.

#ifndef WAGGLE_TEST_FAULT_RUN_NUMBERS_H
#define WAGGLE_TEST_FAULT_RUN_NUMBERS_H

#include <cstdint>
#include <cstdlib>

namespace waggle::test {

inline std::uint32_t number_from(const char* variable, std::uint32_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_RUN_NUMBERS_H
