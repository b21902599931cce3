// table.cc: see table.h.

#include "cli/demo/table.h"

#include <algorithm>

#include "cli/text.h"

namespace waggle::cli::demo {
namespace {

constexpr std::size_t kGap = 2;

std::string pad(const std::string& cell, std::size_t width, Table::Align align) {
  const std::string space(width - std::min(width, display_width(cell)), ' ');
  return align == Table::Align::kLeft ? cell + space : space + cell;
}

}  // namespace

void Table::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::vector<std::string> Table::lines(std::size_t width) const {
  std::vector<std::string> headings;
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    headings.push_back(columns_[i].heading);
    widths.push_back(columns_[i].heading.size());
    for (const auto& row : rows_) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  const auto line_of = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line.append(kGap, ' ');
      line += pad(cells[i], widths[i], columns_[i].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return ellipsize(line, std::max<std::size_t>(width, 1));
  };
  std::vector<std::string> lines = {line_of(headings)};
  for (const auto& row : rows_) lines.push_back(line_of(row));
  return lines;
}

}  // namespace waggle::cli::demo
