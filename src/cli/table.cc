// table.cc: measuring columns and laying out lines.

#include "cli/table.h"

#include <algorithm>
#include <utility>

#include "cli/text.h"

namespace waggle::cli {

namespace {

constexpr std::string_view kGap = "  ";
constexpr std::size_t kListCellWidthMax = 60;  // a value of a megabyte must not push the other columns off the screen

void append_padded(std::string& line, std::string_view cell, std::size_t width) {
  line += cell;
  line.append(width - std::min(width, display_width(cell)), ' ');
}

// `bold` applies to the text alone, so that padding and trimming stay simple.
std::string in_bold(const std::string& text, Colour colour) { return colour == Colour::kOn ? "\x1b[1m" + text + "\x1b[0m" : text; }

std::string layout(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += kGap;
    append_padded(line, cells[i], widths[i]);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::string format_table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows, Colour colour,
                         std::size_t width_max) {
  std::vector<std::string> header;
  std::vector<std::size_t> widths;
  for (const std::string& heading : headings) {
    header.push_back(printable(heading));
    widths.push_back(display_width(header.back()));
  }
  std::vector<std::vector<std::string>> body;
  body.reserve(rows.size());
  for (const std::vector<std::string>& row : rows) {
    std::vector<std::string>& cells = body.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells.push_back(ellipsize(printable(row[i]), width_max));
      widths[i] = std::max(widths[i], display_width(cells.back()));
    }
  }
  std::string out = in_bold(layout(header, widths), colour) + "\n";
  for (const std::vector<std::string>& cells : body) out += layout(cells, widths) + "\n";
  return out;
}

std::string format_records(std::span<const Record> records, std::span<const std::string_view> columns, Colour colour) {
  std::vector<std::string> headings(columns.begin(), columns.end());
  if (headings.empty() && !records.empty()) {
    for (const std::string_view name : records.front().names()) headings.emplace_back(name);
  }
  std::vector<std::vector<std::string>> rows;
  rows.reserve(records.size());
  for (const Record& record : records) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const std::string& name : headings) row.push_back(record.shown(name));
  }
  return format_table(headings, rows, colour, kListCellWidthMax);
}

std::string format_fields(const Record& record, Colour colour) {
  std::size_t width = 0;
  for (const std::string_view name : record.names()) width = std::max(width, name.size());
  std::string out;
  for (const std::string_view name : record.names()) {
    std::string line = in_bold(std::string(name), colour);
    line.append(width - name.size(), ' ');
    line += kGap;
    line += printable(record.shown(name));
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace waggle::cli
