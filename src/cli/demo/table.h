// table.h: columns of text, for the live view and for the report.

#ifndef WAGGLE_CLI_DEMO_TABLE_H
#define WAGGLE_CLI_DEMO_TABLE_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace waggle::cli::demo {

class Table {
 public:
  enum class Align : std::uint8_t { kLeft, kRight };
  struct Column {
    std::string heading;
    Align align = Align::kLeft;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns. They are escaped (cli/text.h): they may hold names of files.
  void add(std::vector<std::string> cells);
  // The heading and the rows, no line wider than `width` columns.
  std::vector<std::string> lines(std::size_t width) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_TABLE_H
