// faulty_memory.cc: see faulty_memory.h. https://sqlite.org/c3ref/mem_methods.html

#include "fault/faulty_memory.h"

#include <malloc.h>
#include <atomic>
#include <cstdlib>

#include "base/assert.h"
#include "sqlite3.h"

namespace waggle::test {
namespace {

std::atomic<bool> is_counting = false;
std::atomic<bool> for_ever = false;
std::atomic<std::int64_t> fail_at = 0;
std::atomic<std::int64_t> calls = 0;
std::atomic<std::int64_t> struck = 0;
std::atomic<std::int64_t> allocated = 0;

bool is_to_fail() {
  if (!is_counting) return false;
  const std::int64_t number = calls.fetch_add(1);
  if (for_ever ? number < fail_at : number != fail_at) return false;
  struck.fetch_add(1);
  return true;
}

void* do_malloc(int size) {
  if (is_to_fail()) return nullptr;
  void* block = std::malloc(static_cast<std::size_t>(size));
  if (block != nullptr) allocated.fetch_add(1);
  return block;
}

void do_free(void* block) {
  if (block != nullptr) allocated.fetch_sub(1);
  std::free(block);
}

void* do_realloc(void* block, int size) { return is_to_fail() ? nullptr : std::realloc(block, static_cast<std::size_t>(size)); }
int do_size(void* block) { return static_cast<int>(::malloc_usable_size(block)); }
int do_roundup(int size) { return (size + 7) & ~7; }
int do_init(void*) { return SQLITE_OK; }
void do_shutdown(void*) {}

}  // namespace

void FaultyMemory::install() {
  sqlite3_mem_methods methods = {&do_malloc, &do_free, &do_realloc, &do_size, &do_roundup, &do_init, &do_shutdown, nullptr};
  WAGGLE_ASSERT(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK);
}

void FaultyMemory::fail(std::int64_t at, Length length) {
  calls = 0;
  struck = 0;
  fail_at = at;
  for_ever = length == Length::kForEver;
  is_counting = true;
}

void FaultyMemory::mend() { is_counting = false; }
std::int64_t FaultyMemory::counted() { return calls; }
std::int64_t FaultyMemory::failures() { return struck; }
std::int64_t FaultyMemory::blocks() { return allocated; }

}  // namespace waggle::test
