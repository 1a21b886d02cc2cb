// Thirteen bugs that somebody could have written, each planted at a seam of the production code by a run-time
// switch of this test program: the proof that the tests test anything. Nothing of it is in the product.
#pragma once
#include "daemon/project/rules.hpp"
#include "state/store/event_log.hpp"
#include "tests/sim/sim_broker.hpp"

#include <array>
#include <memory>
#include <optional>

namespace calsync::sim {

enum class Plant {
  none,
  ack_before_sync,
  ignored_produce_error,
  cursor_outside_transaction,
  default_wal_recovery,
  dedupe_by_uid,
  signature_prefix,
  created_at_required,
  head_check_skipped,
  late_created_revives,
  key_without_chain,
  unbounded_queue,
  poison_skipped,
  trimmed_unpublished,
};
inline constexpr std::array<const char*, 14> plant_names{"none",
                                                         "ack_before_sync",
                                                         "ignored_produce_error",
                                                         "cursor_outside_transaction",
                                                         "default_wal_recovery",
                                                         "dedupe_by_uid",
                                                         "signature_prefix",
                                                         "created_at_required",
                                                         "head_check_skipped",
                                                         "late_created_revives",
                                                         "key_without_chain",
                                                         "unbounded_queue",
                                                         "poison_skipped",
                                                         "trimmed_unpublished"};
std::optional<Plant> plant_named(std::string_view name);

RulesByVersion rules_with(Plant plant);
// The log as the intake sees it.
std::unique_ptr<EventLog> intake_with(Plant plant, EventLog& log);
std::unique_ptr<Broker> broker_with(Plant plant, std::unique_ptr<Broker> broker, SimCluster& cluster);
// The head of a request, as a check that compares only what is there would read it.
std::string request_with(Plant plant, std::string request, std::string_view secret);

}  // namespace calsync::sim
