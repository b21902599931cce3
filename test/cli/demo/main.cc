// main.cc: the demo starts its processes by running its own program again; in these tests that is this one.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "cli/app.h"

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[argc - 1]).starts_with("demo-")) {
    const waggle::base::SystemClock clock;
    const auto nothing_set = [](const char*) { return std::optional<std::string>(); };
    return waggle::cli::run({argv + 1, argv + argc}, {.streams = {}, .environment = nothing_set, .clock = clock});
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
