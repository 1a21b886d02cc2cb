// How the body of a webhook becomes events, by version of the normaliser: a rebuild reads each record by the
// version that read it. Pure but for the views.
#pragma once
#include "state/base/error.hpp"
#include "state/events/raw_delivery.hpp"
#include "state/views/normalise.hpp"

#include <span>

namespace calsync {

// `record` has its body. May throw: ViewError, or whatever a library throws.
using Rules = Normalised (*)(const RawRecord& record, ViewTable& views, EventSequence first_event);
// The first is version 1, the last is what new records are read by. One stays for as long as a log may hold
// records that it read. Tests bring their own.
using RulesByVersion = std::span<const Rules>;
RulesByVersion all_rules();

// Fails: foreign, where a newer program read the record. `version` 0 (nobody did yet): the newest.
Result<Rules> rules_of(RulesByVersion known, std::uint32_t version);

// One record must not stop all those behind it on every start: where its rules throw, it is in quarantine,
// and the views are as they were. What is not its fault goes through: ViewError, bad_alloc.
Normalised apply_rules(Rules rules, const RawRecord& record, ViewTable& views, EventSequence first_event);

}  // namespace calsync
