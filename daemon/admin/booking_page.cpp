#include "daemon/admin/booking_page.hpp"

#include "daemon/admin/booking_request.hpp"
#include "state/events/json_text.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace calsync {
namespace asio = boost::asio;
namespace {

constexpr std::size_t slice_bookings = 64;
constexpr std::size_t page_bytes_max = std::size_t{1024} * 1024;
constexpr std::size_t bookings_looked_at_max = 5'000;

struct BookingPage {
  std::string body = "{\"items\":[";
  std::size_t count = 0;
  std::size_t looked_at = 0;
  std::string next;  // the last booking that was looked at
  bool full = false;
  bool more = true;  // nothing was seen that ends the list
};

// The first booking always goes in, whatever its size.
bool take(BookingPage& page, const BookingRequest& asked, FoundBooking&& booking, Instant as_of) {
  if ((!asked.since || as_of >= *asked.since) && asked.filter.matches(booking)) {
    page.full = page.count > 0 && page.body.size() + booking.json.size() >= page_bytes_max;
    if (page.full) return false;
    if (page.count++ > 0) page.body += ',';
    page.body += booking.json;
  }
  page.next = std::move(booking.name);
  page.full = page.count >= asked.limit || ++page.looked_at >= bookings_looked_at_max;
  return !page.full;
}

Result<void> take_slice(BookingPage& page, const EventLog& log, const BookingRequest& asked) {
  std::size_t left = slice_bookings;
  bool at_the_end = true;
  try {
    const auto views = log.views();
    each_booking(*views, page.next, [&](FoundBooking booking, Instant as_of) {
      at_the_end = take(page, asked, std::move(booking), as_of) && --left > 0;
      return at_the_end;
    });
  } catch (const ViewError& unreadable) {
    return Error{unreadable.error};
  }
  page.more = !at_the_end;
  return {};
}

// A booking that is named needs no search.
Result<void> take_one(BookingPage& page, const EventLog& log, const BookingRequest& asked) {
  page.more = false;
  try {
    const auto views = log.views();
    auto found = find_booking(*views, asked.filter.uid);
    if (found && asked.filter.uid > asked.after) take(page, asked, std::move(found->booking), found->as_of);
  } catch (const ViewError& unreadable) {
    return Error{unreadable.error};
  }
  return {};
}

ServerResponse page_response(BookingPage page, EventSequence head) {
  page.body += "],\"next\":";
  if (page.next.empty())
    page.body += "null";
  else
    append_json(page.body, page.next);
  page.body += page.more ? ",\"more\":true" : ",\"more\":false";
  page.body += ",\"head\":" + std::to_string(head.value()) + "}";
  return {.body = std::move(page.body)};
}

}  // namespace

asio::awaitable<ServerResponse> booking_page(const EventLog& log, Clock& clock, ServerRequest request) {
  const auto asked = parse_booking_request(request, clock.wall());
  if (!asked) co_return error_response(400, "bad_request", asked.error().what);
  const auto executor = co_await asio::this_coro::executor;
  BookingPage page{.next = asked->after};
  auto read = asked->filter.uid.empty() ? take_slice(page, log, *asked) : take_one(page, log, *asked);
  while (read && page.more && !page.full && !request.abandoned()) {
    co_await asio::post(executor, asio::use_awaitable);
    read = take_slice(page, log, *asked);
  }
  if (!read) co_return error_response(503, "unavailable", read.error().text());
  co_return page_response(std::move(page), log.head().event);
}

}  // namespace calsync
