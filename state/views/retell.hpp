// An event that Kafka tells and the log has lost, back into the views: what consumers saw is what we know
// again, and what comes next is judged against that. Pure. Throws ViewError.
// What no event tells stays lost: which teller wrote a field before the last event did, and which of the
// occurrences in topic system, and without a booking, were told.
#pragma once
#include "state/events/event_record.hpp"
#include "state/events/raw_delivery.hpp"
#include "state/views/view_table.hpp"

namespace calsync {

// Gives the names of the booking's fields that the views cannot show as the event does; empty: none.
// `record`: the one that brings the event, read by the version that it was read by.
std::string retell(const RawRecord& record, const EventRecord& event, ViewTable& views);

}  // namespace calsync
