// attribute_table.h: what filters and agent scopes look at, for the vectors of one collection.

#ifndef WAGGLE_VECTOR_ATTRIBUTE_TABLE_H
#define WAGGLE_VECTOR_ATTRIBUTE_TABLE_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "hnsw/label_map.h"
#include "vector/attributes.h"
#include "vector/filter.h"

namespace waggle::vector {

// Which vectors may be found.
struct Selection {
  const Filter* filter = nullptr;  // all when nullptr
  std::optional<std::string_view> agent_id = {};

  bool is_everything() const { return filter == nullptr && !agent_id; }
};

// Like a standard container: const calls may run in several threads at once, others need it alone.
class AttributeTable {
 public:
  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }

  // Replaces what there was under this label. corruption for metadata that is no JSON.
  Status put(std::uint64_t label, std::optional<std::string_view> agent_id, std::optional<std::string_view> metadata);
  void remove(std::uint64_t label);

  // A selection that has been made ready for this table. Valid until the table changes.
  class Selector {
   public:
    // False for labels that the table does not have.
    bool passes(std::uint64_t label) const;
    std::int64_t count() const;

   private:
    friend class AttributeTable;
    Selector(const AttributeTable& table, const Selection& selection);
    bool passes_at(std::size_t place) const;

    const AttributeTable* table_;
    std::optional<Filter> filter_;
    std::optional<std::uint32_t> agent_;
  };
  Selector select(const Selection& selection) const { return {*this, selection}; }

 private:
  static constexpr std::uint32_t kNobody = UINT32_MAX;
  struct Entry {
    std::uint64_t label = 0;
    std::uint32_t agent = kNobody;
    std::vector<Attribute> attributes;
  };

  std::uint32_t intern_agent(std::optional<std::string_view> agent_id);
  static std::size_t bytes_of(const Entry& entry);

  std::vector<Entry> entries_;
  hnsw::LabelMap places_;  // label -> place in entries_
  Paths paths_;
  std::unordered_map<std::string, std::uint32_t> agents_;
  std::size_t bytes_ = 0;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_ATTRIBUTE_TABLE_H
