// table.h: tables for people: a line of headings, then a line for each row, in aligned columns.

#ifndef WAGGLE_CLI_TABLE_H
#define WAGGLE_CLI_TABLE_H

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/record.h"

namespace waggle::cli {

enum class Colour { kOff, kOn };

// Rows of cells under headings. Cells are escaped (text.h); cells of more than `width_max` columns are cut.
std::string format_table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows, Colour colour,
                         std::size_t width_max = 10'000);

// The named columns of the records; with no columns named, all of the first record's.
std::string format_records(std::span<const Record> records, std::span<const std::string_view> columns, Colour colour);

// One record as lines of name and value.
std::string format_fields(const Record& record, Colour colour);

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_TABLE_H
