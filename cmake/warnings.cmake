# waggle_warnings: the flags that every own target compiles with.
add_library(waggle_warnings INTERFACE)
target_compile_options(waggle_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  "$<$<CXX_COMPILER_ID:GNU>:-Wno-missing-field-initializers>"
  "$<$<CXX_COMPILER_ID:Clang>:-Wthread-safety;-Wno-missing-designated-field-initializers;-Wno-missing-field-initializers>")
if(WAGGLE_WARNINGS_AS_ERRORS)
  target_compile_options(waggle_warnings INTERFACE -Werror)
endif()
if(WAGGLE_SANITIZERS)
  # g++ 12 sees uninitialised members in a moved std::variant once sanitizer checks stand between; the sanitizers find the real ones.
  target_compile_options(waggle_warnings INTERFACE "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>")
endif()
