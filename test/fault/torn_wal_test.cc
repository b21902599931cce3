// torn_wal_test.cc: a WAL that is cut off or has a bit wrong, at every byte of its header, its salts and its last frames, beside every wal-index that
// may lie there. What is recovered is exactly the commits before the damage.

#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

#include "fault/faulty_disk.h"
#include "fault/oracle.h"
#include "fault/scenarios.h"
#include "support/files.h"
#include "support/soak.h"

namespace waggle::test {
namespace {

constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kFrameHeaderBytes = 24;
constexpr std::size_t kFrameBytes = kFrameHeaderBytes + 4096;
constexpr std::size_t kSaltBytes = 8;

// https://sqlite.org/fileformat.html#the_write_ahead_log
struct Wal {
  std::string bytes;
  std::size_t frames = 0;                // of the present generation
  std::vector<std::size_t> commit_ends;  // in bytes

  explicit Wal(std::string content) : bytes(std::move(content)) {
    const std::string salts = bytes.substr(16, kSaltBytes);
    for (std::size_t at = kHeaderBytes; at + kFrameBytes <= bytes.size() && bytes.substr(at + 8, kSaltBytes) == salts; at += kFrameBytes) {
      ++frames;
      if (bytes.substr(at + 4, 4) != std::string(4, '\0')) commit_ends.push_back(at + kFrameBytes);
    }
  }
  std::size_t frame_at(std::size_t number) const { return kHeaderBytes + number * kFrameBytes; }
  // How many commits lie wholly before this byte.
  std::size_t commits_before(std::size_t offset) const {
    std::size_t commits = 0;
    while (commits < commit_ends.size() && commit_ends[commits] <= offset) ++commits;
    return offset < kHeaderBytes ? 0 : commits;
  }
};

class SlowTornWal : public ::testing::Test {
 protected:
  // Plays, and keeps what lies there afterwards, with the wal-index as it was after each call.
  void make(const std::function<void(Stage&)>& play) {
    disk_.watch(folder_.path());
    {
      Stage stage(folder_, options_);
      stage.on_end = [&](const Ended&) { indexes_.push_back(disk_.shared_memory(std::string(kDatabaseName))); };
      play(stage);
    }
    wal_.emplace(read_file(folder_.file(wal_name())));
    for (std::size_t commits = 0; commits <= wal_->commit_ends.size(); ++commits) {
      const std::size_t end = commits == 0 ? 0 : wal_->commit_ends[commits - 1];
      const auto database = open(wal_->bytes.substr(0, end), {});
      states_.push_back(dump(*database).value());
      marks_.push_back(mark(*database));
    }
  }

  static std::string wal_name() { return std::string(kDatabaseName) + "-wal"; }

  // The main file is as it was: opening and closing change nothing in it.
  std::unique_ptr<Database> open(const std::string& wal, const std::string& index) {
    write_file(folder_.file(wal_name()), wal);
    const std::string index_path = folder_.file(std::string(kDatabaseName) + "-shm");
    if (index.empty())
      std::filesystem::remove(index_path);
    else
      write_file(index_path, index);
    Options options = options_;
    options.path = folder_.file(kDatabaseName);
    options.open_mode = OpenMode::kExisting;
    return std::move(Database::open(options)).value();
  }

  // What tells one state from the others: each commit of the runs logs a change.
  static std::int64_t mark(const Database& database) { return database.as("oracle").changes().range().value().newest; }

  void expect_commits(std::size_t commits, const std::string& wal, const std::string& what) {
    const std::string& index = indexes_[images_ % indexes_.size()];
    const auto database = open(wal, images_ % 3 == 0 ? std::string() : index);
    ASSERT_EQ(mark(*database), marks_[commits]) << what;
    // All of it now and then: it takes ten times as long.
    if (images_++ % 32 == 0) {
      const Dump now = dump(*database).value();
      ASSERT_EQ(difference(now, states_[commits]), "") << what;
      ASSERT_EQ(unsoundness(*database), std::vector<std::string>()) << what;
    }
  }

  void damage(std::size_t offset) {
    const std::string what = "at byte " + std::to_string(offset) + " of " + std::to_string(wal_->bytes.size());
    ASSERT_NO_FATAL_FAILURE(expect_commits(wal_->commits_before(offset), wal_->bytes.substr(0, offset), "cut " + what));
    for (unsigned int bit = 0; bit < 8; ++bit) {
      if (!soak::is_on() && bit != offset % 8) continue;
      std::string flipped = wal_->bytes;
      flipped[offset] = static_cast<char>(static_cast<unsigned char>(flipped[offset]) ^ (1U << bit));
      ASSERT_NO_FATAL_FAILURE(expect_commits(wal_->commits_before(offset), flipped, "flipped " + what));
    }
  }

  void damage_everywhere(std::size_t frames) {
    for (std::size_t offset = 0; offset < kHeaderBytes; ++offset) ASSERT_NO_FATAL_FAILURE(damage(offset));
    for (std::size_t frame = 0; frame < wal_->frames; ++frame) {
      const bool is_last = frame + frames >= wal_->frames;
      const std::size_t bytes = is_last ? kFrameBytes : kFrameHeaderBytes;
      for (std::size_t i = 0; i < bytes; ++i) ASSERT_NO_FATAL_FAILURE(damage(wal_->frame_at(frame) + i));
    }
    std::cout << images_ << " images of a WAL of " << wal_->frames << " frames and " << wal_->commit_ends.size() << " commits" << std::endl;
  }

  FaultyDisk disk_;
  QuickDir folder_;
  Options options_ = small_options();
  std::vector<std::string> indexes_;
  std::optional<Wal> wal_;
  std::vector<Dump> states_;
  std::vector<std::int64_t> marks_;
  std::size_t images_ = 0;
};

void put_some(Stage& stage) {
  for (int i = 0; i < 4; ++i) put(stage, "key" + std::to_string(i), text_of(100));
}

TEST_F(SlowTornWal, IsReadUpToTheDamage) {
  make([](Stage& stage) {
    // The tables go into the main file when this is closed; the small WAL that follows stays.
    stage.open();
    put(stage, "first", text_of(300'000));
    stage.close();
    stage.open();
    put_some(stage);
  });
  ASSERT_GE(wal_->commit_ends.size(), 4U);
  damage_everywhere(3);
}

// Behind the last frame lie frames of the generation before, with other salts.
TEST_F(SlowTornWal, IsReadUpToTheDamageWhenItHasBegunAnew) {
  options_.checkpoint_bytes = std::size_t{64} << 10;
  make([](Stage& stage) {
    stage.open();
    put(stage, "first", text_of(300'000));
    put_some(stage);
  });
  ASSERT_GE(wal_->commit_ends.size(), 4U);
  ASSERT_GT(wal_->bytes.size(), wal_->frame_at(wal_->frames) + kFrameBytes);
  damage_everywhere(soak::scaled<std::size_t>(0, 3));
}

// Every wal-index that there was, beside every WAL that there was.
TEST_F(SlowTornWal, AWalIndexThatWasLeftBehindIsNotBelieved) {
  make([](Stage& stage) {
    stage.open();
    put(stage, "first", text_of(300'000));
    stage.close();
    stage.open();
    put_some(stage);
  });
  const std::string whole = wal_->bytes;
  for (std::size_t commits = 0; commits <= wal_->commit_ends.size(); ++commits) {
    const std::string wal = commits == 0 ? std::string() : whole.substr(0, wal_->commit_ends[commits - 1]);
    for (const std::string& index : indexes_) {
      for (const std::size_t length : {index.size(), index.size() / 2, std::size_t{1}}) {
        const auto database = open(wal, index.substr(0, length));
        ASSERT_EQ(difference(dump(*database).value(), states_[commits]), "") << commits;
      }
    }
  }
}

}  // namespace
}  // namespace waggle::test
