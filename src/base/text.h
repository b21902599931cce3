// text.h: checks and encodings of text and bytes.

#ifndef WAGGLE_BASE_TEXT_H
#define WAGGLE_BASE_TEXT_H

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "waggle/value.h"

namespace waggle::base {

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

// What every id, key and name must be: well-formed UTF-8 of 1 to `bytes_max` bytes without NUL. invalid_argument naming `what` otherwise.
Status check_name(std::string_view what, std::string_view text, std::size_t bytes_max);
// The same for free text, which may be empty.
Status check_text(std::string_view what, std::string_view text, std::size_t bytes_max);

// RFC 4648 section 4, with padding.
std::string base64(std::span<const std::byte> bytes);

// The least string that is greater than every string that begins with `prefix`, comparing bytes; empty when there is none (all bytes 0xff).
std::string prefix_end(std::string_view prefix);

}  // namespace waggle::base

#endif  // WAGGLE_BASE_TEXT_H
