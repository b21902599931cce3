// collection_index.cc: see collection_index.h.

#include "vector/collection_index.h"

#include <algorithm>
#include <utility>

#include "base/json_tree.h"

namespace waggle::vector {

Result<CollectionIndex> CollectionIndex::create(const hnsw::ExactOptions& options) {
  WAGGLE_ASSIGN_OR_RETURN(std::unique_ptr<hnsw::ExactIndex> vectors, hnsw::ExactIndex::create(options));
  return CollectionIndex(std::move(vectors));
}

Status CollectionIndex::put(const RowView& row) {
  remove(row.id);
  Entry entry{.seq = row.seq, .agent = intern_agent(row.agent_id), .attributes = {}};
  if (row.metadata) {
    WAGGLE_ASSIGN_OR_RETURN(const base::JsonTree document, base::parse_json_tree(*row.metadata));
    entry.attributes = attributes_of(document, paths_);
  }
  const auto label = static_cast<std::uint64_t>(row.seq);
  WAGGLE_TRY(vectors_->add(label, row.embedding));
  bytes_ += bytes_of(entry, row.id);
  places_.insert(label, static_cast<std::uint32_t>(entries_.size()));
  by_id_.emplace(row.id, row.seq);
  entries_.push_back(std::move(entry));
  return {};
}

void CollectionIndex::remove(std::string_view id) {
  const auto found = by_id_.find(std::string(id));
  if (found == by_id_.end()) return;
  const auto label = static_cast<std::uint64_t>(found->second);
  const std::uint32_t place = *places_.find(label);
  bytes_ -= bytes_of(entries_[place], id);
  vectors_->remove(label);
  places_.erase(label);
  if (place + 1 != entries_.size()) {  // the last one takes its place
    entries_[place] = std::move(entries_.back());
    places_.assign(static_cast<std::uint64_t>(entries_[place].seq), place);
  }
  entries_.pop_back();
  by_id_.erase(found);
}

Result<CollectionIndex::Found> CollectionIndex::search(std::span<const float> query, std::size_t k, const Selection& selection) const {
  if (selection.filter == nullptr && !selection.agent_id) {
    WAGGLE_ASSIGN_OR_RETURN(std::vector<hnsw::Match> matches, vectors_->search(query, k));
    return Found{.matches = std::move(matches), .matching = static_cast<std::int64_t>(entries_.size())};
  }
  const std::vector<bool> selected = select(selection);
  const auto may_be_found = [&](std::uint64_t label) { return selected[*places_.find(label)]; };
  WAGGLE_ASSIGN_OR_RETURN(std::vector<hnsw::Match> matches, vectors_->search(query, k, hnsw::Predicate(may_be_found)));
  return Found{.matches = std::move(matches), .matching = std::count(selected.begin(), selected.end(), true)};
}

std::uint32_t CollectionIndex::intern_agent(std::optional<std::string_view> agent_id) {
  if (!agent_id) return kNobody;
  return agents_.try_emplace(std::string(*agent_id), static_cast<std::uint32_t>(agents_.size())).first->second;
}

std::size_t CollectionIndex::bytes_of(const Entry& entry, std::string_view id) const {
  constexpr std::size_t kMapsPerEntry = 96;  // its nodes in by_id_ and places_
  std::size_t bytes = sizeof(Entry) + kMapsPerEntry + id.size() + vectors_->options().dimensions * sizeof(float);
  for (const Attribute& attribute : entry.attributes) {
    const auto* const text = std::get_if<std::string>(&attribute.value);
    bytes += sizeof(Attribute) + (text != nullptr ? text->capacity() : 0);
  }
  return bytes;
}

std::vector<bool> CollectionIndex::select(const Selection& selection) const {
  std::vector<bool> selected(entries_.size(), false);
  std::uint32_t agent = kNobody;
  if (selection.agent_id) {
    const auto found = agents_.find(std::string(*selection.agent_id));
    if (found == agents_.end()) return selected;
    agent = found->second;
  }
  std::optional<Filter> filter;
  if (selection.filter != nullptr) {
    filter = *selection.filter;
    filter->bind(paths_);
  }
  for (std::size_t place = 0; place < entries_.size(); ++place) {
    const Entry& entry = entries_[place];
    selected[place] = (!selection.agent_id || entry.agent == agent) && (!filter || filter->holds(entry.attributes));
  }
  return selected;
}

}  // namespace waggle::vector
