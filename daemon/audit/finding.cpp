#include "daemon/audit/finding.hpp"

#include <algorithm>

namespace calsync::audit {

const char* to_text(Weight weight) {
  switch (weight) {
    case Weight::now:
      return "now";
    case Weight::pending:
      return "pending";
    case Weight::history:
      return "history";
  }
  return "";
}

Counts count(const std::vector<Finding>& findings) {
  Counts counts;
  for (const auto& finding : findings)
    ++(finding.weight == Weight::now       ? counts.now
       : finding.weight == Weight::pending ? counts.pending
                                           : counts.history);
  return counts;
}

void sort_by_weight(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, {}, &Finding::weight);
}

}  // namespace calsync::audit
