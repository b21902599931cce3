// text.h: text for terminals: what may be printed as it is, and how many columns it takes.

#ifndef WAGGLE_CLI_TEXT_H
#define WAGGLE_CLI_TEXT_H

#include <cstddef>
#include <string>
#include <string_view>

namespace waggle::cli {

// The same text with every byte that is not UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view bytes);

// The same text on one line and without effect on a terminal: control characters, line separators and characters that turn the direction of
// writing are escaped as in C and JSON ("\n", "\u001b"). What is not UTF-8 is replaced.
std::string printable(std::string_view text);

// Columns that the text takes on a terminal: none for combining marks, two for wide characters of East Asia and pictures. Expects UTF-8.
std::size_t display_width(std::string_view text);

// The text cut to at most `width_max` columns, with an ellipsis when something was cut. Expects UTF-8.
std::string ellipsize(std::string_view text, std::size_t width_max);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_TEXT_H
