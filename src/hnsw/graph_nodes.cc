// graph_nodes.cc: see graph_nodes.h.

#include "hnsw/graph_nodes.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"

namespace waggle::hnsw {
namespace {

constexpr double kLevelPart = 8;

// SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t number) {
  number += 0x9E3779B97F4A7C15U;
  number = (number ^ (number >> 30U)) * 0xBF58476D1CE4E5B9U;
  number = (number ^ (number >> 27U)) * 0x94D049BB133111EBU;
  return number ^ (number >> 31U);
}

}  // namespace

std::uint32_t Links::size() const {
  std::uint32_t count = 0;
  for_each([&](Slot) { ++count; });
  return count;
}

bool Links::contains(Slot slot) const {
  bool is_there = false;
  for_each([&](Slot each) { is_there = is_there || each == slot; });
  return is_there;
}

void Links::assign(std::span<const Slot> slots) {
  WAGGLE_ASSERT(slots.size() <= capacity_);
  std::uint32_t i = 0;
  for (const Slot slot : slots) set(i++, slot);
  for (; i < capacity_; ++i) set(i, kNoSlot);
}

void Links::prefetch() const {
  for (std::uint32_t i = 0; i < capacity_; i += 64 / sizeof(Slot)) __builtin_prefetch(at_ + i);
}

GraphNodes::GraphNodes(std::size_t row_bytes, std::uint32_t connectivity, std::uint64_t seed)
    : connectivity_(connectivity),
      seed_(seed),
      rows_(row_bytes),
      nodes_(sizeof(Node)),
      base_(std::size_t{2} * connectivity * sizeof(Slot)),
      upper_(std::size_t{connectivity} * sizeof(Slot)) {}

Links GraphNodes::links(Slot slot, unsigned level) const {
  if (level == 0) return base_links(slot);
  const Node& owner = node(slot);
  return {upper_.row(owner.upper + level - 1), connectivity_};
}

void GraphNodes::add_in_degree(Slot slot) {
  std::atomic_ref degree(node(slot).in_degree);
  std::uint16_t now = degree.load(std::memory_order_relaxed);
  while (now != kManyLinks && !degree.compare_exchange_weak(now, static_cast<std::uint16_t>(now + 1), std::memory_order_relaxed)) {}
}

bool GraphNodes::drop_in_degree(Slot slot) {
  std::atomic_ref degree(node(slot).in_degree);
  std::uint16_t now = degree.load(std::memory_order_relaxed);
  do {
    if (now == kManyLinks) return true;
    if (now <= 1) return false;
  } while (!degree.compare_exchange_weak(now, static_cast<std::uint16_t>(now - 1), std::memory_order_relaxed));
  return true;
}

// A slot's level is a function of its number and the seed: it does not depend on the order in which threads insert, and a slot that is used again
// finds its lists on higher levels where they were. Each level has an eighth of the nodes of the one below, more than the paper's 1/M.
unsigned GraphNodes::level_for(Slot slot) const {
  const double uniform = (static_cast<double>(mix(seed_ ^ (std::uint64_t{slot} << 32U)) >> 11U) + 1) * 0x1p-53;
  const double level = -std::log(uniform) / std::log(kLevelPart);
  return std::min(kLevelMax, static_cast<unsigned>(level));
}

Status GraphNodes::reserve(std::uint32_t more) {
  const std::uint32_t wanted = count() + more;
  if (more > kSlotsMax - count()) return Error(Code::kExhausted, "the index is full", "make a second collection");
  WAGGLE_TRY(rows_.reserve(wanted));
  WAGGLE_TRY(nodes_.reserve(wanted));
  return base_.reserve(wanted);
}

Status GraphNodes::reserve_slot(Slot slot, unsigned level) {
  if (slot >= kSlotsMax) return Error(Code::kExhausted, "the index is full", "make a second collection");
  WAGGLE_TRY(reserve(1));
  return upper_.reserve(upper_count_ + level);
}

Result<Slot> GraphNodes::allocate(std::uint64_t label) {
  Slot slot = kNoSlot;
  if (!free_.empty()) {
    slot = free_.back();
    free_.pop_back();
  } else {
    slot = count();
    const unsigned level = level_for(slot);
    WAGGLE_TRY(reserve_slot(slot, level));
    Node& fresh = node(slot);
    fresh.level = static_cast<std::uint8_t>(level);
    fresh.upper = level > 0 ? upper_count_ : kNoSlot;
    fresh.state = NodeState::kFree;
    upper_count_ += level;
  }
  Node& chosen = node(slot);
  chosen.label = label;
  chosen.in_degree = 0;
  for (unsigned level = 0; level <= chosen.level; ++level) links(slot, level).assign({});
  if (slot == count()) count_.store(slot + 1, std::memory_order_release);
  return slot;
}

void GraphNodes::release(Slot slot) {
  set_state(slot, NodeState::kFree);
  free_.push_back(slot);
}

void GraphNodes::adopt(const Parts& parts) {
  rows_.adopt(parts.rows, parts.count);
  nodes_.adopt(parts.nodes, parts.count);
  base_.adopt(parts.base, parts.count);
  upper_.adopt(parts.upper, parts.upper_count);
  upper_count_ = parts.upper_count;
  count_.store(parts.count, std::memory_order_release);
}

}  // namespace waggle::hnsw
