// pch.cc: carries the precompiled header of the tests; see cmake/test.cmake.
