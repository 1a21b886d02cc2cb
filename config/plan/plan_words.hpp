// How values, impacts and sums are put into words, for text and Markdown alike.
#pragma once
#include "config/plan/plan.hpp"

namespace calsync {

// JSON on one line, no longer than `most` characters: a long one is cut with its length.
std::string short_value(const boost::json::value& value, std::size_t most);
// "touches 3 future bookings (the first 2026-12-01T09:00:00.000Z), 4 people, 360.00 GBP"; empty where it touches none
std::string impact_words(const std::optional<Impact>& impact);
std::string summary_words(const Plan& plan);    // "2 to create, 1 to remove; about 4 s"
std::string commit_words(const Plan& plan);     // "commit 4f1c2a…, with changes that are not committed"
std::string origin_words(ChangeOrigin origin);  // "changed live"; empty where there is nothing to say

}  // namespace calsync
