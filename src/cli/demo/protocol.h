// protocol.h: what the processes of the demo's swarm agree on: names, keys of the shared memory, kinds of messages, and times.

#ifndef WAGGLE_CLI_DEMO_PROTOCOL_H
#define WAGGLE_CLI_DEMO_PROTOCOL_H

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "waggle/value.h"

namespace waggle::cli::demo {

inline constexpr std::string_view kSwarm = "licence-review";
inline constexpr std::string_view kConductor = "conductor";  // the process that the user started; names itself as actor, is no agent
inline constexpr std::string_view kPlanner = "planner";
inline constexpr std::string_view kLibrary = "library";  // whose memory all share

// Keys of the library. Passages carry their topics in the key: that is how questions find them.
inline constexpr std::string_view kInputKey = "input";  // the folder
inline constexpr std::string_view kFactsPrefix = "facts/";
inline constexpr std::string_view kPassagePrefix = "passage/";
inline constexpr std::string_view kComparisonPrefix = "comparison/";
inline constexpr std::string_view kSummaryPrefix = "summary/";
inline std::string fact_key(std::string_view file, std::string_view fact) { return std::string(kFactsPrefix).append(file).append("/").append(fact); }

// Keys of each agent's own memory.
inline constexpr std::string_view kStyleKey = "style";          // how it reviews: reviewers.h
inline constexpr std::string_view kNotePrefix = "note/";        // one a task it has begun
inline constexpr std::string_view kLatencyPrefix = "latency/";  // one an operation: latency.h

inline constexpr std::string_view kFindings = "findings";  // the topic of those who want to know what was read
// Kinds of messages; the content of each is one JSON string.
inline constexpr std::string_view kFinding = "finding";           // the file that was read
inline constexpr std::string_view kVoteRequest = "vote_request";  // the proposal's id
inline constexpr std::string_view kDismissal = "dismissal";       // why: all is done

inline constexpr Duration kHeartbeatEvery = std::chrono::milliseconds(250);
inline constexpr Duration kSilentAfter = std::chrono::milliseconds(1'500);  // from when the planner calls an agent lost
inline constexpr Duration kLease = std::chrono::seconds(60);                // longer than the demo: only a reap frees what the killed worker held
inline constexpr Duration kVoteDeadline = std::chrono::seconds(6);
inline constexpr Duration kPollEvery = std::chrono::milliseconds(120);
inline constexpr Duration kProcessLifetime = std::chrono::seconds(60);
// How long an agent ponders a task. Real agents take minutes; without any time the swarm would be done before a table could show it.
inline constexpr Duration kPondering = std::chrono::milliseconds(300);
inline constexpr std::int64_t kAttemptsMax = 5;

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_PROTOCOL_H
