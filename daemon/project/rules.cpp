#include "daemon/project/rules.hpp"

#include "connectors/calcom/wire/poll_record.hpp"
#include "connectors/calcom/wire/read_delivery.hpp"
#include "state/views/fold.hpp"

#include <boost/core/demangle.hpp>

#include <iterator>
#include <new>
#include <typeinfo>

namespace calsync {
namespace {

Normalised version_3(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  if (record.source == RecordSource::poll)
    return fold(record, read_poll_record(*record.body), views, first_event);
  return fold(record, read_delivery(*record.body, record.content_type), views, first_event);
}

// One bracket of drift an address, seats by what is said alone: the folds look at the version themselves.
constexpr Rules version_2 = version_3;

// Before there were cause links.
Normalised version_1(const RawRecord& record, ViewTable& views, EventSequence first_event) {
  Normalised out = version_3(record, views, first_event);
  for (EventRecord& event : out.events) event.caused_by.clear();
  return out;
}

constexpr Rules versions[] = {version_1, version_2, version_3};
static_assert(std::size(versions) == normaliser_version);

}  // namespace

RulesByVersion all_rules() {
  return versions;
}

Result<Rules> rules_of(RulesByVersion known, std::uint32_t version) {
  if (version > known.size())
    return Error{Errc::foreign, "it was read by version " + std::to_string(version) +
                                    " of the normaliser, and this program knows up to " +
                                    std::to_string(known.size()) + ": use the newer calsyncd"};
  return version == 0 ? known.back() : known[version - 1];
}

Normalised apply_rules(Rules rules, const RawRecord& record, ViewTable& views, EventSequence first_event) {
  ViewTable own(static_cast<ViewSource&>(views));
  try {
    Normalised out = rules(record, own, first_event);
    views.apply(own.take());
    return out;
  } catch (const ViewError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& failure) {  // its type alone: what it says may be a piece of the body
    Normalised out;
    out.summary.outcome = RecordOutcome::quarantined;
    out.summary.reason = "the normaliser gave up: " + boost::core::demangle(typeid(failure).name());
    return out;
  }
}

}  // namespace calsync
