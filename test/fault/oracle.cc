// oracle.cc: see oracle.h.

#include "fault/oracle.h"

#include <type_traits>
#include <utility>
#include <variant>

#include "base/result.h"

namespace waggle::test {
namespace {

void append(std::string& text, const Value& value) {
  std::visit(
      [&](const auto& one) {
        using Type = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<Type, std::nullptr_t>)
          text += "NULL";
        else if constexpr (std::is_same_v<Type, std::string>)
          text += "'" + one + "'";
        else if constexpr (std::is_same_v<Type, Blob>)
          text.append(reinterpret_cast<const char*>(one.data()), one.size());
        else
          text += std::to_string(one);
      },
      value);
  text += '|';
}

}  // namespace

Result<Dump> dump(const Database& database) {
  Dump tables;
  WAGGLE_ASSIGN_OR_RETURN(const ResultSet names, database.sql({.text = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"}));
  for (const auto& name : names.rows) {
    const std::string& table = std::get<std::string>(name[0]);
    WAGGLE_ASSIGN_OR_RETURN(const ResultSet rows, database.sql({.text = "SELECT * FROM " + table}));
    std::string& text = tables[table];
    for (const auto& row : rows.rows) {
      for (const Value& value : row) append(text, value);
      text += '\n';
    }
  }
  return tables;
}

std::string difference(const Dump& a, const Dump& b) {
  std::string names;
  for (const auto& [table, rows] : a) {
    const auto other = b.find(table);
    if (other == b.end() || other->second != rows) names += " " + table;
  }
  for (const auto& [table, rows] : b) {
    if (!a.contains(table)) names += " " + table;
  }
  return names;
}

Dump without_identity(Dump dump) {
  dump.erase("waggle_meta");
  return dump;
}

std::vector<std::string> unsoundness(const Database& database) {
  const auto report = database.check();
  if (!report) return {report.error().describe()};
  return report->problems;
}

}  // namespace waggle::test
