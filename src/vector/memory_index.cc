// memory_index.cc: see memory_index.h.

#include "vector/memory_index.h"

#include <utility>

#include "base/json_tree.h"
#include "vector/embedding_bytes.h"
#include "vector/memory_text.h"

namespace waggle::vector {
namespace {

// What an entry takes in the maps, about.
constexpr std::size_t kEntryBytes = 256;
// So many of the nearest by quantised numbers are measured with the numbers themselves: the order of fewer entries than these is exact.
constexpr std::size_t kRerankMin = 500;

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
    WAGGLE_ASSIGN_OR_RETURN(
        index.vectors_, hnsw::ExactIndex::create(
                            {.dimensions = space->dimensions, .metric = space->metric, .storage = hnsw::Storage::kInt8, .rerank_min = kRerankMin}));
  }
  return index;
}

std::size_t MemoryIndex::bytes() const {
  // The quantised numbers beside those that were given.
  const std::size_t vectors = vectors_ ? vectors_->size() * (vectors_->options().dimensions * (sizeof(float) + 1) + kEntryBytes / 4) : 0;
  return texts_.bytes() + entry_bytes_ + vectors;
}

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
  if (!row.embedding.empty()) WAGGLE_TRY(put_vector(row, number));
  if (entry.expires_at) ++expiring_;
  entry_bytes_ += kEntryBytes + entry.attributes.size() * sizeof(Attribute);
  by_id_.emplace(row.id, number);
  entries_.push_back(std::move(entry));
  return {};
}

Status MemoryIndex::put_vector(const MemoryRow& row, TextIndex::Text number) {
  // Without a space nobody can say what it means: it was stored before databases said that.
  if (!vectors_) return {};
  WAGGLE_TRY(check_embedding_bytes(row.embedding.size(), *space_));
  std::vector<float> numbers;
  read_numbers(row.embedding, numbers);
  return vectors_->add(number, numbers);
}

void MemoryIndex::remove(std::string_view id) {
  const auto found = by_id_.find(std::string(id));
  if (found == by_id_.end()) return;
  const TextIndex::Text number = found->second;
  by_id_.erase(found);
  texts_.remove(number);
  if (vectors_) vectors_->remove(number);
  Entry& entry = entries_[number];
  if (entry.expires_at) --expiring_;
  entry_bytes_ -= entry.attributes.size() * sizeof(Attribute);
  entry = {};
}

MemoryHit MemoryIndex::hit_of(const Entry& entry, double score) const {
  return {.id = entry.id, .score = score, .updated_at = entry.updated_at, .importance = entry.importance};
}

class MemoryIndex::Judge {
 public:
  Judge(const MemoryIndex& index, const MemorySelection& selection) : index_(index), now_(selection.now) {
    if (selection.agent_id) {
      const auto found = index.agents_.find(std::string(*selection.agent_id));
      agent_ = found == index.agents_.end() ? kNobody : found->second;
    }
    if (selection.filter == nullptr) return;
    filter_ = *selection.filter;
    filter_->bind(index.paths_);
  }

  // May no entry be found, or is there nothing to judge?
  bool refuses_all() const { return agent_ == kNobody; }
  bool passes_all() const { return !agent_ && !filter_ && index_.expiring_ == 0; }
  bool passes(std::uint64_t number) const {
    const Entry& entry = index_.entries_[number];
    return (!agent_ || entry.agent == *agent_) && !(entry.expires_at && *entry.expires_at <= now_) && (!filter_ || filter_->holds(entry.attributes));
  }

 private:
  static constexpr std::uint32_t kNobody = UINT32_MAX;

  const MemoryIndex& index_;
  const Timestamp now_;
  std::optional<std::uint32_t> agent_;
  std::optional<Filter> filter_;
};

Result<std::vector<MemoryHit>> MemoryIndex::find_words(const TextQuery& query, std::size_t count, const MemorySelection& selection) const {
  const Judge judge(*this, selection);
  std::vector<MemoryHit> hits;
  if (judge.refuses_all()) return hits;
  for (const TextIndex::Hit& hit : texts_.search(query, count, [&](TextIndex::Text number) { return judge.passes(number); })) {
    hits.push_back(hit_of(entries_[hit.text], hit.score));
  }
  return hits;
}

Result<std::vector<MemoryHit>> MemoryIndex::find_near(std::span<const float> query, std::size_t count, const MemorySelection& selection) const {
  const Judge judge(*this, selection);
  std::vector<MemoryHit> hits;
  if (!vectors_ || judge.refuses_all()) return hits;
  const auto passes = [&](std::uint64_t number) { return judge.passes(number); };
  std::optional<hnsw::Predicate> predicate;
  if (!judge.passes_all()) predicate.emplace(passes);
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<hnsw::Match> matches, vectors_->search(query, count, predicate));
  for (const hnsw::Match& match : matches) hits.push_back(hit_of(entries_[match.label], match.distance));
  return hits;
}

}  // namespace waggle::vector
