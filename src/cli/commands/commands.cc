// commands.cc: the nouns in the order of the help.

#include "cli/commands/commands.h"

#include <array>

namespace waggle::cli {

std::span<const Noun> nouns() {
  static const std::array nouns_in_order = {kInit, kSwarm, kAgent, kTask,   kMemory, kMessage, kVector,  kVote,        kEmbedder,   kWatch,
                                            kSql,  kStats, kCheck, kBackup, kDemo,   kBench,   kVersion, kCompletions, kDemoWorker, kDemoPlanner};
  return nouns_in_order;
}

}  // namespace waggle::cli
