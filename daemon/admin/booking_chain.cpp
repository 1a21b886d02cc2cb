#include "daemon/admin/booking_chain.hpp"

#include "state/views/chain.hpp"

#include <algorithm>

namespace calsync {

Result<std::vector<std::string>> chain_from(const EventLog& log, const std::string& uid) {
  std::vector<std::string> chain{uid};
  try {
    const auto source = log.views();
    ViewTable views(*source);
    auto row = load_booking(views, uid);
    if (!row || row->rescheduled_from.value) return chain;
    while (row && row->rescheduled_to.value && chain.size() < furthest_chain) {
      const std::string& later = *row->rescheduled_to.value;
      if (std::ranges::find(chain, later) != chain.end()) break;  // a circle
      chain.push_back(later);
      row = load_booking(views, chain.back());
    }
  } catch (const ViewError& unreadable) {
    return Error{unreadable.error};
  }
  return chain;
}

}  // namespace calsync
