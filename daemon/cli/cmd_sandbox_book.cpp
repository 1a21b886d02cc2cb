#include "daemon/cli/command.hpp"
#include "daemon/cli/option_checks.hpp"
#include "daemon/cli/sandbox_client.hpp"

#include <CLI/CLI.hpp>

namespace calsync::cli {

namespace json = boost::json;

namespace {

struct BookWords {
  SandboxPlace place;
  std::string what, uid, start, name = "Ada Client", email = "ada@client.example",
                                time_zone = "Europe/Berlin", reason, to, location, seat, by, end, notes,
                                stand_in;
  std::int64_t event_type = 0, to_user = 0, length = 0;
  std::vector<std::string> answers, metadata, guests, absent;
  bool host = false, rest = false;
};

json::object json_pairs(const std::vector<std::string>& all) {
  json::object out;
  for (const std::string& one : all) {
    const auto equals = one.find('=');
    out[one.substr(0, equals)] = equals == std::string::npos ? "" : one.substr(equals + 1);
  }
  return out;
}

json::array json_texts(const std::vector<std::string>& all) {
  json::array out;
  for (const std::string& one : all) out.emplace_back(one);
  return out;
}

void put_text(json::object& body, const char* name, const std::string& text) {
  if (!text.empty()) body[name] = text;
}

json::object booking_body(const BookWords& words) {
  json::object body{
      {"start", words.start},
      {"eventTypeId", words.event_type},
      {"attendee",
       json::object{{"name", words.name}, {"email", words.email}, {"timeZone", words.time_zone}}}};
  if (words.length != 0) body["lengthInMinutes"] = words.length;
  if (!words.guests.empty()) body["guests"] = json_texts(words.guests);
  if (!words.answers.empty()) body["bookingFieldsResponses"] = json_pairs(words.answers);
  if (!words.metadata.empty()) body["metadata"] = json_pairs(words.metadata);
  put_text(body, "location", words.location);
  return body;
}

json::object absent_people(const BookWords& words) {
  json::array people;
  for (const std::string& email : words.absent)
    people.push_back(json::object{{"email", email}, {"absent", true}});
  json::object body;
  if (!people.empty()) body["attendees"] = std::move(people);
  if (words.host) body["host"] = true;
  return body;
}

struct ApiCall {
  std::string method, target;
  json::value body;
};

// One row for each word that WHAT may be.
struct Deed {
  std::string_view word;
  bool needs_uid;
  ApiCall (*call)(const BookWords& words);
};

std::string booking_path(const BookWords& words, const char* action) {
  return "/v2/bookings/" + words.uid + action;
}

constexpr Deed deeds[] = {
    {"create", false,
     [](const BookWords& w) {
       return ApiCall{"POST", "/v2/bookings", booking_body(w)};
     }},
    {"show", true,
     [](const BookWords& w) {
       return ApiCall{"GET", booking_path(w, ""), nullptr};
     }},
    {"list", false,
     [](const BookWords&) {
       return ApiCall{"GET", "/v2/bookings?take=250", nullptr};
     }},
    {"reschedule", true,
     [](const BookWords& w) {
       json::object body{{"start", w.start}};
       put_text(body, "reschedulingReason", w.reason);
       put_text(body, "rescheduledBy", w.by);
       put_text(body, "seatUid", w.seat);
       return ApiCall{"POST", booking_path(w, "/reschedule"), std::move(body)};
     }},
    {"cancel", true,
     [](const BookWords& w) {
       json::object body;
       put_text(body, "cancellationReason", w.reason);
       put_text(body, "seatUid", w.seat);
       if (w.rest) body["cancelSubsequentBookings"] = true;
       return ApiCall{"POST", booking_path(w, "/cancel"), std::move(body)};
     }},
    {"confirm", true,
     [](const BookWords& w) {
       return ApiCall{"POST", booking_path(w, "/confirm"), json::object{}};
     }},
    {"decline", true,
     [](const BookWords& w) {
       json::object body;
       put_text(body, "reason", w.reason);
       return ApiCall{"POST", booking_path(w, "/decline"), std::move(body)};
     }},
    {"reassign", true,
     [](const BookWords& w) {
       json::object body;
       put_text(body, "reason", w.reason);
       const std::string to = w.to_user == 0 ? "" : "/" + std::to_string(w.to_user);
       return ApiCall{"POST", booking_path(w, "/reassign") + to, std::move(body)};
     }},
    {"mark-absent", true,
     [](const BookWords& w) {
       return ApiCall{"POST", booking_path(w, "/mark-absent"), absent_people(w)};
     }},
    {"location", true,
     [](const BookWords& w) {
       return ApiCall{"POST", "/sandbox/bookings/" + w.uid + "/location",
                      json::object{{"location", w.location}}};
     }},
    {"guests", true,
     [](const BookWords& w) {
       return ApiCall{"POST", "/sandbox/bookings/" + w.uid + "/guests",
                      json::object{{"guests", json_texts(w.guests)}}};
     }},
    {"delete", true,
     [](const BookWords& w) {
       return ApiCall{"DELETE", "/sandbox/bookings/" + w.uid, nullptr};
     }},
    {"out-of-office", false,
     [](const BookWords& w) {
       json::object body{{"email", w.email}, {"start", w.start}, {"end", w.end.empty() ? w.start : w.end}};
       put_text(body, "reason", w.reason);
       put_text(body, "notes", w.notes);
       put_text(body, "toEmail", w.stand_in);
       return ApiCall{"POST", "/sandbox/out-of-office", std::move(body)};
     }},
};

const Deed* deed_of(std::string_view word) {
  for (const Deed& deed : deeds)
    if (deed.word == word) return &deed;
  return nullptr;
}

std::string deed_problem(const std::string& word) {
  if (deed_of(word) != nullptr) return "";
  std::string known;
  for (const Deed& deed : deeds) known += (known.empty() ? "" : ", ") + std::string(deed.word);
  return "\"" + word + "\" is nothing that can be done: use one of " + known;
}

std::string booking_line(const json::value& booking) {
  const auto* row = booking.if_object();
  if (row == nullptr) return json::serialize(booking);
  std::string line;
  for (const char* name : {"uid", "status", "start", "title", "seatUid"})
    if (const auto* value = row->if_contains(name); value != nullptr && value->is_string())
      line += (line.empty() ? "" : "  ") + std::string(value->get_string());
  return line.empty() ? json::serialize(booking) : printable(line);
}

Result<Exit> book_in_sandbox(Context& context, const BookWords& words) {
  const Deed& deed = *deed_of(words.what);
  if (deed.needs_uid && words.uid.empty())
    return Error{Errc::rejected, "sandbox book " + words.what + ": say which booking: its UID"};
  const ApiCall call = deed.call(words);
  CALSYNC_TRY(data, "sandbox book", ask_sandbox(context, words.place, call.method, call.target, call.body));
  if (context.globals.json)
    context.console.line(json::serialize(data));
  else if (data.is_array())
    for (const json::value& one : data.get_array()) context.console.line(booking_line(one));
  else
    context.console.line(booking_line(data));
  return Exit::done;
}

void declare_book_words(CLI::App& app, BookWords& words) {
  app.add_option("WHAT", words.what,
                 "create, show, list, reschedule, cancel, confirm, decline, reassign, mark-absent; as in the "
                 "web page: "
                 "location, guests, delete, out-of-office")
      ->required()
      ->check(deed_problem);
  app.add_option("UID", words.uid, "of the booking");
  app.add_option("--url", words.place.url, "of the running sandbox")->type_name("URL")->capture_default_str();
  app.add_option("--api-key", words.place.api_key,
                 "as the sandbox printed it; for list, confirm, decline, reassign, mark-absent")
      ->envname("CALSYNC_SANDBOX_KEY")
      ->type_name("KEY");
  app.add_option("--start", words.start,
                 "when, as 2026-12-01T09:00:00Z; of time off the first day, 2026-12-01")
      ->type_name("TIME");
  app.add_option("--end", words.end, "the last day of time off")->type_name("DATE");
  app.add_option("--event-type", words.event_type, "what is booked: the event type's number")
      ->type_name("ID");
  app.add_option("--length", words.length, "in minutes, where the event type offers several")->type_name("N");
  app.add_option("--name", words.name, "of who books")->capture_default_str();
  app.add_option("--email", words.email, "of who books; of time off: whose")->capture_default_str();
  app.add_option("--timezone", words.time_zone, "of who books")->capture_default_str();
  app.add_option("--guest", words.guests, "a guest's e-mail; may be repeated")->allow_extra_args(false);
  app.add_option("--answer", words.answers, "to a question, as manuscript-id=MS-7; may be repeated")
      ->allow_extra_args(false);
  app.add_option("--metadata", words.metadata, "as order=A-1; may be repeated")->allow_extra_args(false);
  app.add_option("--location", words.location, "where");
  app.add_option("--reason", words.reason, "why");
  app.add_option("--by", words.by, "who reschedules, an e-mail");
  app.add_option("--notes", words.notes, "of time off");
  app.add_option("--stand-in", words.stand_in, "of time off: an e-mail");
  app.add_option("--seat", words.seat, "of a seated booking only this seat")->type_name("UID");
  app.add_option("--to-user", words.to_user, "reassign to this user; otherwise the next in turn")
      ->type_name("ID");
  app.add_option("--absent", words.absent, "who did not come, an e-mail; may be repeated")
      ->allow_extra_args(false);
  app.add_flag("--host", words.host, "the host did not come");
  app.add_flag("--rest", words.rest, "cancel the later ones of the series too");
}

}  // namespace

Action declare_sandbox_book(CLI::App& app) {
  auto words = std::make_shared<BookWords>();
  declare_book_words(app, *words);
  return [words](Context& context) {
    const auto done = book_in_sandbox(context, *words);
    return done ? *done : context.fail(done.error());
  };
}

}  // namespace calsync::cli
