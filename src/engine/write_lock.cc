// write_lock.cc: see write_lock.h.

#include "engine/write_lock.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>

#include "engine/futex.h"
#include "engine/system_error.h"

namespace waggle::engine {
namespace {

constexpr std::size_t kPageBytes = 4096;
// How long a waiter sleeps before it looks whether the one being served is gone.
constexpr auto kPatience = std::chrono::milliseconds(10);

// More processes than this never wait: a longer queue is a word that was damaged, and is passed over at once.
constexpr std::uint32_t kQueueMax = 4096;

// Tickets count round: a is at or before b when the difference is not negative.
bool at_or_before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(b - a) >= 0; }

std::uint32_t mask_of(std::uint32_t ticket) { return 1U << (ticket % 32); }

struct flock first_byte(short type) {
  struct flock range{};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = 0;
  range.l_len = 1;
  return range;
}

}  // namespace

Result<std::unique_ptr<WriteLock>> WriteLock::open(const std::string& database_path) {
  std::string path = database_path + "-lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor < 0) return system_error(errno, path, "open the lock file");
  // Blocks are allocated now: a full disk is an error here, and would be SIGBUS at the first store into the mapping.
  if (const int code = posix_fallocate(descriptor, 0, kPageBytes); code != 0) {
    ::close(descriptor);
    return system_error(code, path, "make the lock file");
  }
  void* mapping = mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (mapping == MAP_FAILED) {
    const int failure = errno;
    ::close(descriptor);
    return system_error(failure, path, "map the lock file");
  }
  return std::unique_ptr<WriteLock>(new WriteLock(std::move(path), descriptor, static_cast<Page*>(mapping)));
}

WriteLock::WriteLock(std::string path, int descriptor, Page* page)
    : path_(std::move(path)), descriptor_(descriptor), page_(page), process_(static_cast<std::uint32_t>(getpid())) {}

WriteLock::~WriteLock() {
  munmap(page_, kPageBytes);
  ::close(descriptor_);
}

bool WriteLock::try_lock_file() {
  struct flock range = first_byte(F_WRLCK);
  return fcntl(descriptor_, F_OFD_SETLK, &range) == 0;
}

void WriteLock::unlock_file() {
  struct flock range = first_byte(F_UNLCK);
  fcntl(descriptor_, F_OFD_SETLK, &range);
}

bool WriteLock::is_served(std::uint32_t ticket) const { return at_or_before(ticket, page_->now_serving.load(std::memory_order_acquire)); }

bool WriteLock::is_wanted() const { return !at_or_before(page_->next_ticket.load(std::memory_order_acquire), ticket_ + 1); }

bool WriteLock::try_acquire() {
  std::uint32_t next = page_->next_ticket.load(std::memory_order_acquire);
  if (!is_served(next) || !try_lock_file()) return false;
  if (!page_->next_ticket.compare_exchange_strong(next, next + 1)) {
    unlock_file();
    return false;
  }
  ticket_ = next;
  page_->holder.store(process_, std::memory_order_relaxed);
  return true;
}

Status WriteLock::acquire(const base::Deadline& deadline) {
  const std::uint32_t ticket = page_->next_ticket.fetch_add(1);
  auto last_move = base::steady_now();
  std::uint32_t last_served = page_->now_serving.load(std::memory_order_acquire);
  for (;;) {
    const std::uint32_t served = page_->now_serving.load(std::memory_order_acquire);
    if (at_or_before(ticket, served) && try_lock_file()) {
      ticket_ = ticket;
      page_->holder.store(process_, std::memory_order_relaxed);
      return {};
    }
    if (deadline.passed()) {
      // The drawn ticket stays in the queue; the others pass over it after kPatience, as over one whose process has died.
      return deadline.error("the write lock " + path_ + ", held by process " + std::to_string(page_->holder.load(std::memory_order_relaxed)),
                            "allow more time, or see what that process does");
    }
    const auto now = base::steady_now();
    if (served != last_served) {
      last_served = served;
      last_move = now;
    } else if (now - last_move >= kPatience) {
      // Nobody was served for a while. If the lock is free, whoever is to be served is gone: let the next one try.
      if (!at_or_before(ticket, served) && try_lock_file()) {
        unlock_file();
        pass_over(served, ticket - served > kQueueMax ? ticket : served + 1);
      }
      last_move = now;
    }
    futex_wait(page_->now_serving, served, std::min(deadline.end(), now + kPatience), mask_of(ticket));
  }
}

void WriteLock::pass_over(std::uint32_t served, std::uint32_t next) {
  page_->now_serving.compare_exchange_strong(served, next);
  futex_wake_all(page_->now_serving, mask_of(next));
}

void WriteLock::release() {
  unlock_file();
  // A ticket that was passed over while it waited may be behind; now_serving never steps back.
  std::uint32_t served = page_->now_serving.load(std::memory_order_acquire);
  while (!at_or_before(ticket_ + 1, served) && !page_->now_serving.compare_exchange_weak(served, ticket_ + 1)) {}
  // Most of the time nobody waits, and then there is no need to call the kernel.
  if (is_wanted()) futex_wake_all(page_->now_serving, mask_of(page_->now_serving.load(std::memory_order_acquire)));
}

void WriteLock::wait_for_bell(std::uint32_t heard, std::chrono::steady_clock::time_point end) {
  page_->listeners.fetch_add(1);
  futex_wait(page_->commits, heard, end);
  page_->listeners.fetch_sub(1);
}

void WriteLock::ring() {
  page_->commits.fetch_add(1);
  if (page_->listeners.load() != 0) futex_wake_all(page_->commits);
}

}  // namespace waggle::engine
