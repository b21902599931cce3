# waggle_test(MODULE SOURCES... LINK libraries... [SLOW] [ALONE]): one gtest binary per module, each of its tests known to ctest as
# MODULE.Suite.Name.
# Labels: `fast` runs under the sanitizers too, `slow` does not. SLOW is for a whole binary; a single slow test has a name that begins with Slow
# (a suite SlowX or a test Suite.SlowX). Beside a slow test that is
# ALONE no other runs.
include(GoogleTest)
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
set(WAGGLE_TEST_TIMEOUT 900 CACHE STRING "Seconds after which a slow test has failed")

# gtest and the standard headers that nearly every test includes, read once. Measured: half of the time that a test file takes to compile.
add_library(waggle_test_pch OBJECT "${PROJECT_SOURCE_DIR}/test/pch.cc")
target_precompile_headers(waggle_test_pch PRIVATE <gtest/gtest.h> <chrono> <filesystem> <functional> <map> <optional> <string> <thread> <vector>)

function(waggle_test_options target)
  target_link_libraries(${target} PRIVATE waggle_warnings waggle_test_support GTest::gtest)
  # clang-tidy is for what ships: on the tests it would take longer than all the rest of the lint preset.
  # Without -fpch-preprocess ccache cannot look into a precompiled header of g++. Where a target's definitions differ, the header is read as text.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF PCH_WARN_INVALID OFF CXX_CLANG_TIDY "")
endfunction()
waggle_test_options(waggle_test_pch)

function(waggle_test module)
  cmake_parse_arguments(arg "SLOW;ALONE" "" "SOURCES;LINK" ${ARGN})
  set(target test_${module})
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE ${arg_LINK} GTest::gtest_main)
  waggle_test_options(${target})
  target_precompile_headers(${target} REUSE_FROM waggle_test_pch)
  set(discovery TEST_PREFIX "${module}." DISCOVERY_TIMEOUT 60 DISCOVERY_MODE PRE_TEST)
  set(slow PROPERTIES LABELS slow TIMEOUT ${WAGGLE_TEST_TIMEOUT})
  if(arg_ALONE)
    list(APPEND slow RUN_SERIAL TRUE)
  endif()
  if(arg_SLOW)
    gtest_discover_tests(${target} ${discovery} ${slow})
  else()
    gtest_discover_tests(${target} ${discovery} TEST_FILTER "-Slow*:*.Slow*" PROPERTIES LABELS fast TIMEOUT 300)
    gtest_discover_tests(${target} ${discovery} TEST_FILTER "Slow*:*.Slow*" TEST_LIST ${target}_slow ${slow})
  endif()
endfunction()
