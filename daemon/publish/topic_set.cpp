#include "daemon/publish/topic_set.hpp"

#include "state/events/event_record.hpp"

#include <algorithm>

namespace calsync {
namespace {

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string config_of(const TopicFacts& topic, const std::string& name) {
  const auto found = topic.config.find(name);
  return found == topic.config.end() ? "" : found->second;
}

bool is_cursor(const TopicSpec& spec) {
  return spec.name.ends_with(cursor_topic) && spec.compacted && spec.partitions == 1;
}

void warn(const TopicSpec& spec, const TopicFacts& topic, std::vector<std::string>& warnings) {
  const std::string policy = config_of(topic, "cleanup.policy");
  if (!spec.compacted && policy.find("compact") != std::string::npos) {
    warnings.push_back(
        topic.name + " is compacted: consumers that come later miss events; cleanup.policy=delete is meant");
  }
  if (spec.compacted && !is_cursor(spec) && !policy.empty() && policy != "compact") {
    warnings.push_back(topic.name + " has cleanup.policy=" + policy + ": compact is meant");
  }
  const std::string retention = config_of(topic, "retention.ms");
  if (!spec.compacted && !retention.empty() && retention != "-1") {
    warnings.push_back(
        topic.name + " has retention.ms=" + retention +
        ": it counts from when an event happened, so old events are deleted as soon as they come");
  }
  if (topic.replication >= 3 && config_of(topic, "min.insync.replicas") == "1") {
    warnings.push_back(topic.name +
                       " has min.insync.replicas=1: one broker's loss can lose events; 2 is meant");
  }
}

std::string wanted_text(const TopicSpec& spec) {
  return spec.name + " (" + std::to_string(spec.partitions) +
         (spec.partitions == 1 ? " partition" : " partitions") +
         (spec.compacted ? ", cleanup.policy=compact)" : ")");
}

std::string unfit_cursor(const TopicFacts& topic) {
  if (topic.partitions != 1)
    return topic.name + " must have 1 partition, it has " + std::to_string(topic.partitions);
  const std::string policy = config_of(topic, "cleanup.policy");
  if (!policy.empty() && policy != "compact") {
    return topic.name + " must have cleanup.policy=compact, it has " + policy +
           ": the cursor would be deleted";
  }
  return {};
}

}  // namespace

std::vector<TopicSpec> topic_specs(const std::string& prefix) {
  std::vector<TopicSpec> specs;
  for (const Topic topic : all_topics)
    specs.push_back({prefix + to_text(topic), topic == Topic::bookings ? 6 : 1, false});
  specs.push_back({prefix + std::string(state_topic), 6, true});
  specs.push_back({prefix + std::string(cursor_topic), 1, true});
  return specs;
}

std::string transactional_id(const std::string& prefix, const LogId& log) {
  return "calsyncd." + prefix + log.value();
}

std::vector<std::string> topic_names(const std::vector<TopicSpec>& specs) {
  std::vector<std::string> names;
  names.reserve(specs.size());
  for (const TopicSpec& spec : specs) names.push_back(spec.name);
  return names;
}

std::map<std::string, int> partition_counts(const std::string& prefix, const std::vector<TopicFacts>& facts) {
  std::map<std::string, int> counts;
  for (const TopicFacts& topic : facts) counts.emplace(topic.name.substr(prefix.size()), topic.partitions);
  return counts;
}

Result<TopicPlan> plan_topics(const std::string& prefix, const std::vector<TopicFacts>& facts,
                              const std::map<std::string, int>& published, bool may_create) {
  TopicPlan plan;
  std::vector<std::string> missing, gone;
  for (const TopicSpec& spec : topic_specs(prefix)) {
    const auto topic =
        std::find_if(facts.begin(), facts.end(), [&](const TopicFacts& t) { return t.name == spec.name; });
    if (topic != facts.end() && topic->partitions > 0) {
      if (const std::string unfit = is_cursor(spec) ? unfit_cursor(*topic) : ""; !unfit.empty())
        return Error{Errc::rejected, "topic " + unfit + "; make it anew or set another kafka.topic_prefix"};
      warn(spec, *topic, plan.warnings);
    } else if (published.contains(spec.name.substr(prefix.size())) && !is_cursor(spec)) {
      gone.push_back(spec.name);
    } else if (may_create) {
      plan.create.push_back(spec);
    } else {
      missing.push_back(wanted_text(spec));
    }
  }
  if (!gone.empty()) {
    return Error{Errc::rejected, "topics that this log published to are gone: " + join(gone) +
                                     "; restore them, or set a new kafka.topic_prefix: every event is then "
                                     "published there from the first"};
  }
  if (!missing.empty()) {
    return Error{Errc::rejected,
                 "topics are missing: " + join(missing) + "; create them, or set kafka.create_topics: true"};
  }
  return plan;
}

Result<void> same_partitions(const std::map<std::string, int>& then, const std::map<std::string, int>& now) {
  for (const auto& [topic, count] : then) {
    const auto found = now.find(topic);
    if (found == now.end() || found->second == count) continue;
    return Error{Errc::foreign,
                 "topic " + topic + " has " + std::to_string(found->second) +
                     " partitions, events were published to " + std::to_string(count) +
                     ": keys would move and lose their order; set a new kafka.topic_prefix: every event is "
                     "then published there from the first that the log has, without a `calsync log replay`"};
  }
  return {};
}

Result<void> still_as_claimed(const std::string& prefix, const std::vector<TopicFacts>& facts,
                              const std::map<std::string, int>& claimed) {
  std::vector<std::string> gone;
  bool cursor_gone = false;
  std::map<std::string, int> there;
  for (const TopicFacts& topic : facts) {
    const std::string name = topic.name.substr(prefix.size());
    if (topic.partitions > 0) {
      there.emplace(name, topic.partitions);
    } else if (claimed.contains(name)) {
      gone.push_back(topic.name + " (" + std::to_string(claimed.at(name)) + " partitions)");
      cursor_gone = cursor_gone || name == cursor_topic;
    }
  }
  if (!gone.empty()) {
    return Error{Errc::rejected,
                 "topics that this log publishes to are gone, or hidden from this user: " + join(gone) +
                     "; publishing holds until they are back" +
                     (cursor_gone ? ", the cursor with cleanup.policy=compact and empty: this process knows "
                                    "what it held, do not restart it before"
                                  : ", as they were or empty")};
  }
  if (auto same = same_partitions(claimed, there); !same) return Error{Errc::rejected, same.error().what};
  return {};
}

}  // namespace calsync
