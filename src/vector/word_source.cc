// word_source.cc: see word_source.h.

#include "vector/word_source.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>
#include <utility>

#include "vector/memory_follow.h"
#include "vector/memory_text.h"

namespace waggle::vector {
namespace {

Result<WordText> read_memory(const sql::Row& row) {
  WAGGLE_ASSIGN_OR_RETURN(std::string text, text_of_memory(row.text(2), row.text(3)));
  return WordText{.id = row.string(0), .scope = 0, .agent_id = row.string(1), .text = std::move(text)};
}

Result<WordChanges> changes_of_memories(sql::Reader& main, std::int64_t change) {
  WordChanges changes;
  WAGGLE_ASSIGN_OR_RETURN(changes.ids, changed_memories(main, change));
  return changes;
}

Result<WordText> read_vector(const sql::Row& row) {
  return WordText{.id = id_of_vector(row.integer(0)), .scope = row.integer(1), .agent_id = row.optional_string(2), .text = row.string(3)};
}

// A seq that one vector had may be another's now: what its row says now is what counts. A collection that was dropped names none of its vectors.
Result<WordChanges> changes_of_vectors(sql::Reader& main, std::int64_t change) {
  WordChanges changes;
  std::unordered_set<std::int64_t> known;
  WAGGLE_TRY(main.query("SELECT entity, entity_seq FROM changes WHERE seq > ?1 AND (entity = 'vector' OR (entity = 'collection' AND op = 'drop'))"
                        " ORDER BY seq",
                        {change}, [&](const sql::Row& row) -> Status {
                          changes.is_complete &= !row.is_null(1);
                          const std::int64_t seq = row.integer(1);
                          if (row.text(0) == "collection")
                            changes.scopes.push_back(seq);
                          else if (known.insert(seq).second)
                            changes.ids.push_back(id_of_vector(seq));
                          return {};
                        }));
  return changes;
}

}  // namespace

const WordSource kMemoryWords = {
    .name = "memory",
    .statements = kMemoryWordStatements,
    .count = "SELECT count(*) FROM memory",
    .rows_after = "SELECT id, agent_id, key, value FROM memory WHERE id > ?1 ORDER BY id LIMIT ?2",
    .row = "SELECT id, agent_id, key, value FROM memory WHERE id = ?1",
    .rows_of_scope = "SELECT id, agent_id, key, value FROM memory NOT INDEXED WHERE ?1 = 0",
    .read = read_memory,
    .changes = changes_of_memories,
};

// CROSS JOIN: the vectors are walked through, and the collection of each is looked up. An id is compared with seq as the number that it is.
const WordSource kVectorWords = {
    .name = "vector",
    .statements = kVectorWordStatements,
    .count = "SELECT coalesce(sum(count), 0) FROM collections",
    .rows_after = "SELECT v.seq, c.seq, v.agent_id, v.content FROM vectors v CROSS JOIN collections c ON c.name = v.collection"
                  " WHERE v.seq > CAST(?1 AS INTEGER) ORDER BY v.seq LIMIT ?2",
    .row = "SELECT v.seq, c.seq, v.agent_id, v.content FROM vectors v CROSS JOIN collections c ON c.name = v.collection"
           " WHERE v.seq = CAST(?1 AS INTEGER)",
    .rows_of_scope = "SELECT v.seq, c.seq, v.agent_id, v.content FROM collections c CROSS JOIN vectors v ON v.collection = c.name WHERE c.seq = ?1",
    .read = read_vector,
    .changes = changes_of_vectors,
};

std::string id_of_vector(std::int64_t seq) {
  constexpr std::size_t kDigits = 19;
  std::string digits = std::to_string(std::max<std::int64_t>(seq, 0));
  return std::string(kDigits - digits.size(), '0') + digits;
}

std::int64_t vector_of_id(std::string_view id) {
  std::int64_t seq = 0;
  std::from_chars(id.data(), id.data() + id.size(), seq);
  return seq;
}

}  // namespace waggle::vector
