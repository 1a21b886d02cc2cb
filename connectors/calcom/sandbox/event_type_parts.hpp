// What makes an event type more than its members: questions, hosts, managed children (CONTRACT §7).
#pragma once
#include "connectors/calcom/sandbox/resource.hpp"

namespace calsync::sandbox {

// `bookingFields` as answers show them: the given ones among those that every event type has.
boost::json::array questions(const boost::json::array& given, bool guests_hidden);
// The same list with the question for guests shown or not.
void hide_guests(boost::json::array& questions, bool hidden);

// What a POST or PATCH gives, in the form in which it is stored; refuses what the server refuses.
std::optional<Answer> known_slugs_of_questions(Write& write);
std::optional<Answer> connected_locations(Write& write);
std::optional<Answer> length_among_options(Write& write);
std::optional<Answer> reachable_booker(Write& write);
std::optional<Answer> seats_alone(Write& write);
std::optional<Answer> into_columns(Write& write);

std::optional<Answer> hosts_in_team(Write& write);
std::optional<Answer> set_hosts(Write& write);
std::optional<Answer> fail_on_seats_and_recurrence(Write& write);
std::optional<Answer> follow_parent(Write& write);  // managed children: made, removed and changed with it

void dress_team_event_type(World& world, const Row& row, Row& answer);
void dress_own_event_type(World& world, const Row& row, Row& answer);

}  // namespace calsync::sandbox
