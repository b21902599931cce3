// commands.h: every noun of the command line; each is defined in the file of its name.

#ifndef WAGGLE_CLI_COMMANDS_COMMANDS_H
#define WAGGLE_CLI_COMMANDS_COMMANDS_H

#include "cli/command.h"

namespace waggle::cli {

extern const Noun kInit;
extern const Noun kSwarm;
extern const Noun kAgent;
extern const Noun kTask;
extern const Noun kMemory;
extern const Noun kMessage;
extern const Noun kVector;
extern const Noun kVote;
extern const Noun kEmbedder;
extern const Noun kWatch;
extern const Noun kSql;
extern const Noun kStats;
extern const Noun kCheck;
extern const Noun kBackup;
extern const Noun kDemo;
extern const Noun kBench;
extern const Noun kDemoWorker;
extern const Noun kDemoPlanner;
extern const Noun kVersion;
extern const Noun kCompletions;

}  // namespace waggle::cli

#endif  // WAGGLE_CLI_COMMANDS_COMMANDS_H
