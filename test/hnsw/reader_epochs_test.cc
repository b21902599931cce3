// reader_epochs_test.cc: an epoch is over when the searches of it are, and not before.

#include "hnsw/reader_epochs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace waggle::hnsw {
namespace {

TEST(ReaderEpochs, AreOverWhenTheirReadersAre) {
  ReaderEpochs epochs;
  auto early = std::make_unique<ReaderEpochs::Guard>(epochs);
  const std::uint64_t first = epochs.end_epoch();
  EXPECT_FALSE(epochs.is_over(first));
  const ReaderEpochs::Guard late(epochs);
  EXPECT_FALSE(epochs.is_over(first));
  early.reset();
  EXPECT_TRUE(epochs.is_over(first)) << "the late one began afterwards";
  EXPECT_FALSE(epochs.is_over(epochs.end_epoch()));
}

TEST(ReaderEpochs, OfNobodyAreOverAtOnce) {
  ReaderEpochs epochs;
  EXPECT_TRUE(epochs.is_over(epochs.end_epoch()));
}

// A value is unlinked, its epoch ended, and it is destroyed once that is over: no reader may ever see it destroyed.
TEST(ReaderEpochs, KeepWhatReadersLookAt) {
  ReaderEpochs epochs;
  constexpr int kValues = 2'000;
  std::vector<std::atomic<bool>> is_destroyed(kValues);
  std::atomic<int> current{0};
  std::atomic<bool> has_failed{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (current.load() < kValues - 1) {
        const ReaderEpochs::Guard guard(epochs);
        const int seen = current.load();
        for (int look = 0; look < 20; ++look) {
          if (is_destroyed[static_cast<std::size_t>(seen)].load()) has_failed = true;
        }
      }
    });
  }
  for (int value = 0; value + 1 < kValues; ++value) {
    current.store(value + 1);
    const std::uint64_t epoch = epochs.end_epoch();
    while (!epochs.is_over(epoch)) std::this_thread::yield();  // bounded: a reader looks twenty times
    is_destroyed[static_cast<std::size_t>(value)].store(true);
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_FALSE(has_failed);
}

}  // namespace
}  // namespace waggle::hnsw
