// memory_text.h: the text of a memory entry, as searches for words see it.

#ifndef WAGGLE_VECTOR_MEMORY_TEXT_H
#define WAGGLE_VECTOR_MEMORY_TEXT_H

#include <string>
#include <string_view>

#include "base/result.h"

namespace waggle::vector {

// The strings, numbers and names of members in a JSON value, in their order, each on a line; what JSON escapes is itself again.
Result<std::string> text_of_value(std::string_view json);

// The same, and the entry's key on a line at the end.
Result<std::string> text_of_memory(std::string_view key, std::string_view value);

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_MEMORY_TEXT_H
