// output.h: what goes to stdout, in the form that was asked for.

#ifndef WAGGLE_CLI_OUTPUT_H
#define WAGGLE_CLI_OUTPUT_H

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/record.h"
#include "cli/table.h"
#include "cli/values.h"

namespace waggle::cli {

// Gathers up to a mebibyte before it writes, so that a command that fails before that leaves stdout empty.
class Output {
 public:
  struct Style {
    Format format = Format::kTable;
    Colour colour = Colour::kOff;
  };
  Output(int descriptor, Style style) : descriptor_(descriptor), style_(style) {}

  Format format() const { return style_.format; }
  Colour colour() const { return style_.colour; }

  // One thing: its object, or for people lines of name and value.
  Status object(const Record& record);

  // One page of a list: {"items":[..],"next":..}, an object a line, or a table of these columns. An empty list is an empty table.
  struct List {
    std::span<const Record> items;
    std::optional<std::string> next;
    std::span<const std::string_view> columns;
  };
  Status list(const List& list);

  // Text as it is.
  Status raw(std::string_view text);
  // Writes what is gathered. io when that cannot be done.
  Status flush();
  // Forgets what is gathered: on an error nothing of it is shown.
  void discard() { gathered_.clear(); }

 private:
  int descriptor_;
  Style style_;
  std::string gathered_;
};

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_OUTPUT_H
