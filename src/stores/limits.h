// limits.h: how long names and documents may be, in all stores.

#ifndef WAGGLE_STORES_LIMITS_H
#define WAGGLE_STORES_LIMITS_H

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "waggle/value.h"

namespace waggle::stores {

inline constexpr std::size_t kNameBytesMax = std::size_t{64} << 10;      // ids, names, types, topics, capabilities, keys
inline constexpr std::size_t kTextBytesMax = std::size_t{1} << 20;       // descriptions, errors, reasonings
inline constexpr std::size_t kDocumentBytesMax = std::size_t{16} << 20;  // JSON that is no value in memory: there is MemoryStore for large ones

// The document in the form in which it is stored; invalid_argument for what is not JSON or too long. `what` names it: "the result of a task".
Result<std::string> checked_document(std::string_view what, const Json& document);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_LIMITS_H
