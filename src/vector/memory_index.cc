// memory_index.cc: see memory_index.h.

#include "vector/memory_index.h"

#include <cstring>
#include <iterator>
#include <utility>

#include "base/json_tree.h"
#include "vector/memory_text.h"

namespace waggle::vector {
namespace {

// What an entry takes in the maps, about.
constexpr std::size_t kEntryBytes = 256;

}  // namespace

MemoryRow read_memory_row(const sql::Row& row) {
  return {.id = row.text(0),
          .agent_id = row.text(1),
          .key = row.text(2),
          .value = row.text(3),
          .metadata = row.optional_text(4),
          .updated_at = row.timestamp(5),
          .expires_at = row.optional_timestamp(6),
          .embedding = row.blob(7)};
}

std::optional<double> importance_of(const base::JsonTree& metadata) {
  const auto* members = metadata.as<base::JsonTree::Object>();
  if (members == nullptr) return std::nullopt;
  for (const base::JsonMember& member : *members) {
    if (member.key == "importance" && member.value.is_number()) return member.value.number();
  }
  return std::nullopt;
}

Result<MemoryIndex> MemoryIndex::create(const sql::Words& words, const std::optional<MemorySpace>& space) {
  MemoryIndex index(words);
  index.space_ = space;
  if (space) {
    WAGGLE_ASSIGN_OR_RETURN(CollectionIndex vectors, CollectionIndex::create({.dimensions = space->dimensions, .metric = space->metric}));
    index.vectors_.emplace(std::move(vectors));
  }
  return index;
}

std::size_t MemoryIndex::bytes() const { return texts_.bytes() + entry_bytes_ + (vectors_ ? vectors_->bytes() : 0); }

Status MemoryIndex::put(const MemoryRow& row) {
  remove(row.id);
  Entry entry{.id = std::string(row.id), .updated_at = row.updated_at, .expires_at = row.expires_at};
  entry.agent = agents_.try_emplace(std::string(row.agent_id), static_cast<std::uint32_t>(agents_.size())).first->second;
  if (row.metadata) {
    WAGGLE_ASSIGN_OR_RETURN(const base::JsonTree document, base::parse_json_tree(*row.metadata));
    entry.attributes = attributes_of(document, paths_);
    entry.importance = importance_of(document);
  }
  WAGGLE_ASSIGN_OR_RETURN(const std::string text, text_of_memory(row.key, row.value));
  std::vector<std::string> words;
  WAGGLE_TRY(words_->split(text, [&](const sql::Word& word) { words.emplace_back(word.folded); }));
  const TextIndex::Text number = texts_.add(words);
  if (!row.embedding.empty()) WAGGLE_TRY(put_vector(row, number, entry));
  entry_bytes_ += kEntryBytes + entry.attributes.size() * sizeof(Attribute);
  by_id_.emplace(row.id, number);
  entries_.push_back(std::move(entry));
  return {};
}

Status MemoryIndex::put_vector(const MemoryRow& row, TextIndex::Text number, Entry& entry) {
  // Without a space nobody can say what it means: it was stored before databases said that.
  if (!vectors_) return {};
  WAGGLE_TRY(check_embedding_bytes(row.embedding.size(), *space_));
  std::vector<float> numbers(space_->dimensions);
  std::memcpy(numbers.data(), row.embedding.data(), row.embedding.size());
  WAGGLE_TRY(vectors_->put({.seq = number, .id = row.id, .agent_id = row.agent_id, .metadata = row.metadata, .embedding = numbers}));
  entry.has_vector = true;
  if (entry.expires_at) vector_expiries_.insert(*entry.expires_at);
  return {};
}

void MemoryIndex::remove(std::string_view id) {
  const auto found = by_id_.find(std::string(id));
  if (found == by_id_.end()) return;
  const TextIndex::Text number = found->second;
  by_id_.erase(found);
  texts_.remove(number);
  Entry& entry = entries_[number];
  if (entry.has_vector) {
    vectors_->remove(entry.id);
    if (entry.expires_at) vector_expiries_.erase(vector_expiries_.find(*entry.expires_at));
  }
  entry_bytes_ -= entry.attributes.size() * sizeof(Attribute);
  entry = {};
}

MemoryHit MemoryIndex::hit_of(const Entry& entry, double score) const {
  return {.id = entry.id, .score = score, .updated_at = entry.updated_at, .importance = entry.importance};
}

Result<std::vector<MemoryHit>> MemoryIndex::find_words(const TextQuery& query, std::size_t count, const MemorySelection& selection) const {
  std::optional<std::uint32_t> agent;
  if (selection.agent_id) {
    const auto found = agents_.find(std::string(*selection.agent_id));
    if (found == agents_.end()) return std::vector<MemoryHit>();
    agent = found->second;
  }
  std::optional<Filter> filter;
  if (selection.filter != nullptr) {
    filter = *selection.filter;
    filter->bind(paths_);
  }
  const auto may_be_found = [&](TextIndex::Text number) {
    const Entry& entry = entries_[number];
    return (!agent || entry.agent == *agent) && !(entry.expires_at && *entry.expires_at <= selection.now) &&
           (!filter || filter->holds(entry.attributes));
  };
  std::vector<MemoryHit> hits;
  for (const TextIndex::Hit& hit : texts_.search(query, count, may_be_found)) hits.push_back(hit_of(entries_[hit.text], hit.score));
  return hits;
}

Result<std::vector<MemoryHit>> MemoryIndex::find_near(std::span<const float> query, std::size_t count, const MemorySelection& selection) const {
  std::vector<MemoryHit> hits;
  if (!vectors_ || vectors_->size() == 0) return hits;
  // Expired ones are few, until they are swept: so many more are looked for, and then dropped.
  const auto expired = static_cast<std::size_t>(std::distance(vector_expiries_.begin(), vector_expiries_.upper_bound(selection.now)));
  WAGGLE_ASSIGN_OR_RETURN(const CollectionIndex::Found found,
                          vectors_->search(query, count + expired, {.filter = selection.filter, .agent_id = selection.agent_id}));
  for (const hnsw::Match& match : found.matches) {
    const Entry& entry = entries_[match.label];
    if (hits.size() == count) break;
    if (!entry.expires_at || *entry.expires_at > selection.now) hits.push_back(hit_of(entry, match.distance));
  }
  return hits;
}

}  // namespace waggle::vector
