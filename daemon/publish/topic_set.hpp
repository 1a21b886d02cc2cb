// The topics of one prefix: their names, how they must be, what to say when they are not (DESIGN §8, §12.6).
// Pure.
#pragma once
#include "connectors/kafka/broker.hpp"

namespace calsync {

inline constexpr std::string_view state_topic = "booking-state", cursor_topic = "cursor";

std::vector<TopicSpec> topic_specs(const std::string& prefix);  // with prefix; the cursor is last
std::vector<std::string> topic_names(const std::vector<TopicSpec>& specs);
// Without prefix.
std::map<std::string, int> partition_counts(const std::string& prefix, const std::vector<TopicFacts>& facts);

// One per log, never per host: whoever publishes this log fences whoever did (RELIABILITY §3.2).
std::string transactional_id(const std::string& prefix, const LogId& log);

struct TopicPlan {
  std::vector<TopicSpec> create;
  std::vector<std::string> warnings;
};
// `published`: topic without prefix → partitions, as this log knows from its last claim; empty before the
// first. Fails: rejected, naming every topic that is missing or unfit, and the cure.
Result<TopicPlan> plan_topics(const std::string& prefix, const std::vector<TopicFacts>& facts,
                              const std::map<std::string, int>& published, bool may_create);

// Of a running publisher. Fails: rejected, naming the topics that are gone or have another number of partitions
// than `claimed` (without prefix), and the cure. Until then it holds.
Result<void> still_as_claimed(const std::string& prefix, const std::vector<TopicFacts>& facts,
                              const std::map<std::string, int>& claimed);
// Where topic and count are both known, they must be the same. Fails: foreign.
Result<void> same_partitions(const std::map<std::string, int>& then, const std::map<std::string, int>& now);

}  // namespace calsync
