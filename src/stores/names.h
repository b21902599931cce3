// names.h: enums and the names by which they are stored and shown.

#ifndef WAGGLE_STORES_NAMES_H
#define WAGGLE_STORES_NAMES_H

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace waggle::stores {

// Every value of an enum with its name, once.
template <typename E, std::size_t N>
using Names = std::array<std::pair<E, std::string_view>, N>;

template <typename E, std::size_t N>
std::string_view name_of(const Names<E, N>& names, E value) {
  for (const auto& [each, name] : names) {
    if (each == value) return name;
  }
  return "unknown";
}

// nullopt when nothing has this name.
template <typename E, std::size_t N>
std::optional<E> value_of(const Names<E, N>& names, std::string_view name) {
  for (const auto& [each, its_name] : names) {
    if (its_name == name) return each;
  }
  return std::nullopt;
}

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_NAMES_H
