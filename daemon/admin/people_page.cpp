#include "daemon/admin/people_page.hpp"

#include "daemon/admin/booking_request.hpp"
#include "state/views/people_seen.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

namespace calsync {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr std::size_t slice_of_bookings = 64;

struct PeopleScan {
  PeopleSeen people;
  std::string at;  // the last booking that was looked at
  bool at_the_end = false;
};

Result<void> look_at_some(PeopleScan& scan, const EventLog& log, const BookingRequest& asked) {
  std::size_t left = slice_of_bookings;
  scan.at_the_end = true;
  try {
    const auto views = log.views();
    each_booking(*views, scan.at, [&](FoundBooking booking, Instant as_of) {
      if ((!asked.since || as_of >= *asked.since) && asked.filter.matches(booking)) scan.people.take(booking);
      scan.at = std::move(booking.name);
      scan.at_the_end = --left > 0;
      return scan.at_the_end;
    });
  } catch (const ViewError& unreadable) {
    return Error{unreadable.error};
  }
  return {};
}

// One more than asked for was kept: it shows that there are more.
ServerResponse page_of(std::vector<SeenPerson> people, std::size_t limit, EventSequence head) {
  const bool more = people.size() > limit;
  if (more) people.pop_back();
  json::array items;
  for (const SeenPerson& person : people) items.push_back(to_json(person));
  const json::object page{{"items", std::move(items)},
                          {"next", people.empty() ? json::value(nullptr) : json::value(people.back().email)},
                          {"more", more},
                          {"head", head.value()}};
  return {.body = json::serialize(page)};
}

}  // namespace

asio::awaitable<ServerResponse> people_page(const EventLog& log, Clock& clock, ServerRequest request) {
  const auto asked = parse_booking_request(request, clock.wall());
  if (!asked) co_return error_response(400, "bad_request", asked.error().what);
  const auto executor = co_await asio::this_coro::executor;
  PeopleScan scan{PeopleSeen(asked->after, asked->limit + 1), {}};
  auto looked = look_at_some(scan, log, *asked);
  while (looked && !scan.at_the_end && !request.abandoned()) {
    co_await asio::post(executor, asio::use_awaitable);
    looked = look_at_some(scan, log, *asked);
  }
  if (!looked) co_return error_response(503, "unavailable", looked.error().text());
  co_return page_of(scan.people.by_email(), asked->limit, log.head().event);
}

}  // namespace calsync
