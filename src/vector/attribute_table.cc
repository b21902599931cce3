// attribute_table.cc: see attribute_table.h.

#include "vector/attribute_table.h"

#include <utility>

#include "base/json_tree.h"

namespace waggle::vector {

Status AttributeTable::put(std::uint64_t label, std::optional<std::string_view> agent_id, std::optional<std::string_view> metadata) {
  Entry entry{.label = label, .agent = intern_agent(agent_id), .attributes = {}};
  if (metadata) {
    WAGGLE_ASSIGN_OR_RETURN(const base::JsonTree document, base::parse_json_tree(*metadata));
    entry.attributes = attributes_of(document, paths_);
  }
  bytes_ += bytes_of(entry);
  if (const std::optional<std::uint32_t> place = places_.find(label)) {
    bytes_ -= bytes_of(entries_[*place]);
    entries_[*place] = std::move(entry);
    return {};
  }
  places_.insert(label, static_cast<std::uint32_t>(entries_.size()));
  entries_.push_back(std::move(entry));
  return {};
}

void AttributeTable::remove(std::uint64_t label) {
  const std::optional<std::uint32_t> place = places_.find(label);
  if (!place) return;
  bytes_ -= bytes_of(entries_[*place]);
  places_.erase(label);
  if (*place + 1 != entries_.size()) {  // the last one takes its place
    entries_[*place] = std::move(entries_.back());
    places_.assign(entries_[*place].label, *place);
  }
  entries_.pop_back();
}

std::uint32_t AttributeTable::intern_agent(std::optional<std::string_view> agent_id) {
  if (!agent_id) return kNobody;
  return agents_.try_emplace(std::string(*agent_id), static_cast<std::uint32_t>(agents_.size())).first->second;
}

std::size_t AttributeTable::bytes_of(const Entry& entry) {
  constexpr std::size_t kMapEntry = 32;  // in places_, at its usual load
  std::size_t bytes = sizeof(Entry) + kMapEntry;
  for (const Attribute& attribute : entry.attributes) {
    const auto* const text = std::get_if<std::string>(&attribute.value);
    bytes += sizeof(Attribute) + (text != nullptr ? text->capacity() : 0);
  }
  return bytes;
}

AttributeTable::Selector::Selector(const AttributeTable& table, const Selection& selection) : table_(&table) {
  if (selection.agent_id) {
    const auto found = table.agents_.find(std::string(*selection.agent_id));
    // One that no entry has; kNobody would be those of nobody.
    agent_ = found != table.agents_.end() ? found->second : static_cast<std::uint32_t>(table.agents_.size());
  }
  if (selection.filter != nullptr) {
    filter_ = *selection.filter;
    filter_->bind(table.paths_);
  }
}

bool AttributeTable::Selector::passes(std::uint64_t label) const {
  const std::optional<std::uint32_t> place = table_->places_.find(label);
  return place && passes_at(*place);
}

bool AttributeTable::Selector::passes_at(std::size_t place) const {
  const Entry& entry = table_->entries_[place];
  return (!agent_ || entry.agent == *agent_) && (!filter_ || filter_->holds(entry.attributes));
}

std::int64_t AttributeTable::Selector::count() const {
  std::int64_t count = 0;
  for (std::size_t place = 0; place < table_->entries_.size(); ++place) count += passes_at(place) ? 1 : 0;
  return count;
}

}  // namespace waggle::vector
